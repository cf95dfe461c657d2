import { logLine } from "../base/kernel-log";
import { currentCell, owningCell } from "../cell/cell";
import { describeError } from "./describe-error";

/**
 * tslab prints rejections that nobody handles, and errors thrown in timers, into whichever cell runs next, and fails no
 * cell. Here they fail the cell that started the work. When that cell has already been answered, its output gets the
 * error nevertheless: an `error` message with the cell's request as its parent.
 */
export function attributeFailures(): void {
  const attribute = (error: unknown) => {
    const cell = currentCell();
    // Without an owner it may be the kernel's own: then its log should know.
    if (owningCell() === undefined) logLine(describeError(error).traceback.join("\n"));
    // Errors that go with an interrupt are no news.
    if (cell === undefined || cell.stopped) return;
    if (!cell.done) return cell.fail(error);
    cell.output.flush();
    cell.publish("error", describeError(error));
  };
  process.on("uncaughtException", attribute);
  process.on("unhandledRejection", attribute);
}
