import type { Content } from "../../jupyter/wire-message";
import { Cell } from "../cell/cell";
import { describeError } from "../errors/describe-error";
import type { CellRunner } from "../execution/cell-runner";
import { showResult } from "../execution/show-result";
import type { Handler, Request } from "../protocol/server";
import type { AbortQueue } from "./abort-queue";
import type { InputHistory } from "./input-history";

/** One turn of Node's event loop, after which unhandled rejections are known. */
const startImmediate = globalThis.setImmediate;
const nextTurn = () => new Promise<void>((resolve) => startImmediate(resolve));

/** Runs cells, one after the other. */
export function execute(
  runner: CellRunner,
  queue: AbortQueue,
  history: InputHistory,
  freeComms: (cells: readonly unknown[], request: Request) => void,
): Handler {
  let count = 0;
  let unnumbered = 0;

  return async (request) => {
    if (queue.isAborted(request.sequence)) return { status: "aborted", execution_count: count };
    const { content, metadata } = request;
    const code = String(content.code ?? "");
    const silent = content.silent === true;
    const stored = !silent && content.store_history !== false;
    if (stored) count++;
    const name = stored ? `cell[${count}]` : `unnumbered[${++unnumbered}]`;
    const publish: Request["publish"] = silent ? () => undefined : request.publish;
    const cellId = typeof metadata.cellId === "string" ? metadata.cellId : undefined;
    const cell = new Cell(name, count, publish, cellId);
    // JupyterLab also lists the cells that have been deleted since the last request.
    freeComms([cellId, ...(Array.isArray(metadata.deletedCells) ? metadata.deletedCells : [])], request);
    publish("execute_input", { code, execution_count: count });

    const output = await runToEnd(cell, code);
    if (stored) history.add({ line: count, input: code, output });
    const interrupted = cell.interrupt.signal.aborted;
    if (interrupted || (cell.failed && content.stop_on_error !== false)) await queue.abortWaiting();
    if (cell.failed) return { status: "error", execution_count: count, ...describeError(cell.failure) };
    const user_expressions = await evaluateAll(content.user_expressions);
    return { status: "ok", execution_count: count, payload: cell.payload, user_expressions };
  };

  /** Returns the plain text of the result. */
  async function runToEnd(cell: Cell, code: string): Promise<string | null> {
    await runner.run(cell, code);
    const result = cell.failed ? undefined : await showResult(cell);
    await nextTurn();
    cell.output.flush();
    if (result !== undefined) {
      const { data, metadata = {} } = result;
      cell.publish("execute_result", { execution_count: cell.count, data, metadata });
    }
    if (cell.failed) cell.publish("error", describeError(cell.failure));
    cell.done = true;
    return (result?.data["text/plain"] as string | undefined) ?? null;
  }

  /** Evaluates the front end's user expressions, each as a small cell without output. */
  async function evaluateAll(expressions: unknown): Promise<Content> {
    const results: Content = {};
    for (const [name, expression] of Object.entries(expressions ?? {})) {
      const cell = new Cell(`expression[${name}]`, count, () => undefined);
      await runner.run(cell, String(expression));
      const shown = cell.failed ? undefined : await showResult(cell);
      cell.done = true;
      const { data = { "text/plain": "undefined" }, metadata = {} } = shown ?? {};
      results[name] = cell.failed
        ? { status: "error", ...describeError(cell.failure) }
        : { status: "ok", data, metadata };
    }
    return results;
  }
}
