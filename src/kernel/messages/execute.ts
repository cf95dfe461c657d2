import type { Content } from "../../jupyter/wire-message";
import { Cell } from "../cell/cell";
import { describeError } from "../errors/describe-error";
import { explainMagic } from "../errors/explain-magic";
import { restoreJson } from "../errors/restore-json";
import type { CellRunner } from "../execution/cell-runner";
import { showResult } from "../execution/show-result";
import { leaveBehind } from "../interrupts/interrupt-cell";
import type { Handler, Request } from "../protocol/server";
import type { AbortQueue } from "./abort-queue";
import type { InputHistory } from "./input-history";

/** One turn of Node's event loop, after which unhandled rejections are known. */
const startImmediate = globalThis.setImmediate;
const nextTurn = () => new Promise<void>((resolve) => startImmediate(resolve));

/** Waits for displays that take their time, unless the cell is interrupted. */
async function settleDisplays(cell: Cell): Promise<void> {
  if (cell.pending.length === 0) return;
  const { signal } = cell.interrupt;
  const interrupted = new Promise<void>((resolve) => {
    signal.addEventListener("abort", () => resolve(), { once: true });
  });
  if (!signal.aborted) await Promise.race([Promise.allSettled(cell.pending), interrupted]);
}

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
    if (content.allow_stdin === true) cell.ask = request.ask;
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
    restoreJson(cell);
    await runner.run(cell, code);
    cell.failure = explainMagic(cell.failure, code);
    await settleDisplays(cell);
    const result = cell.failed ? undefined : await showResult(cell);
    await nextTurn();
    cell.output.end();
    const { data = {}, metadata = {} } = result ?? {};
    if (Object.keys(data).length > 0) {
      cell.publish("execute_result", { execution_count: cell.count, data, metadata });
    }
    if (cell.failed) cell.publish("error", describeError(cell.failure));
    cell.done = true;
    leaveBehind(cell);
    return (data["text/plain"] as string | undefined) ?? null;
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
