import type { WireMessage } from "../jupyter/wire-message";
import type { CodeCell, Output } from "./nbformat";

type DisplayOutput = Extract<Output, { data: unknown }>;

/**
 * Turns a kernel's iopub messages into the outputs of the cells, like a front end. It joins texts of the same stream,
 * updates a display with an id wherever it appears, and handles `clear_output`. Use one collector per notebook.
 */
export class OutputCollector {
  readonly #displays = new Map<string, DisplayOutput[]>();
  /** Cells to clear when their next output arrives (`clear_output` with `wait`). */
  readonly #waiting = new Set<CodeCell>();

  /** Processes a message that belongs to `cell`. Messages that are not outputs are ignored. */
  add(cell: CodeCell, message: WireMessage): void {
    const content = message.content as Record<string, never>;
    switch (message.header.msg_type) {
      case "stream":
        this.#addText(cell, String(content.name), String(content.text));
        break;
      case "display_data":
      case "execute_result": {
        const shown = { data: content.data ?? {}, metadata: content.metadata ?? {} };
        const output: DisplayOutput =
          message.header.msg_type === "display_data"
            ? { output_type: "display_data", ...shown }
            : { output_type: "execute_result", ...shown, execution_count: content.execution_count ?? null };
        this.#push(cell, output);
        const id = displayId(content);
        if (id !== undefined) this.#displays.set(id, [...(this.#displays.get(id) ?? []), output]);
        break;
      }
      case "update_display_data":
        for (const output of this.#displays.get(displayId(content) ?? "") ?? []) {
          output.data = content.data ?? {};
          output.metadata = content.metadata ?? {};
        }
        break;
      case "error":
        this.#push(cell, {
          output_type: "error",
          ename: String(content.ename),
          evalue: String(content.evalue),
          traceback: content.traceback ?? [],
        });
        break;
      case "clear_output":
        if (content.wait === true) this.#waiting.add(cell);
        else this.#clear(cell);
        break;
    }
  }

  #addText(cell: CodeCell, name: string, text: string): void {
    const last = this.#waiting.has(cell) ? undefined : cell.outputs.at(-1);
    if (last?.output_type === "stream" && last.name === name) last.text += text;
    else this.#push(cell, { output_type: "stream", name, text });
  }

  #push(cell: CodeCell, output: Output): void {
    if (this.#waiting.has(cell)) this.#clear(cell);
    cell.outputs.push(output);
  }

  #clear(cell: CodeCell): void {
    this.#waiting.delete(cell);
    const gone = new Set<Output>(cell.outputs.splice(0));
    for (const [id, outputs] of this.#displays) {
      this.#displays.set(
        id,
        outputs.filter((output) => !gone.has(output)),
      );
    }
  }
}

function displayId(content: Record<string, unknown>): string | undefined {
  const id = (content.transient as { display_id?: unknown } | undefined)?.display_id;
  return typeof id === "string" ? id : undefined;
}
