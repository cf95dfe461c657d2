import { logLine } from "../base/kernel-log";
import { currentCell, owningCell } from "../cell/cell";
import { describeError } from "./describe-error";

/**
 * tslab prints unhandled rejections, and errors thrown in timers, into whichever cell runs next, and no cell fails.
 * Here, they fail the cell that started the work. If the reply to that cell has already been sent, the error still
 * appears in its output, as an `error` message with the cell's request as its parent.
 */
export function attributeFailures(): void {
  process.on("uncaughtException", attributeFailure);
  process.on("unhandledRejection", attributeFailure);
}

/** Shows an error in the output of the cell that started the work that is running now. */
export function attributeFailure(error: unknown): void {
  const cell = currentCell();
  // Without an owner, the error may come from the kernel itself, so it goes to the kernel's log.
  if (owningCell() === undefined) logLine(describeError(error).traceback.join("\n"));
  // Errors caused by an interrupt are expected.
  if (cell === undefined || cell.stopped) return;
  if (!cell.done) {
    cell.fail(error);
    return;
  }
  cell.output.flush();
  cell.publish("error", describeError(error));
}
