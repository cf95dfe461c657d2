import type { MimeBundle } from "../../display/mime-bundle";
import { type Cell, runInCell } from "../cell/cell";
import { describeError } from "../errors/describe-error";
import { showValue } from "../viewers/show-value";

/**
 * The output for the last expression of a cell, or undefined if there is none. (tslab prints the value on stdout.) The
 * value's display method may be code of the cell, so it runs as part of the cell. If it fails, the error goes to
 * stderr. An interrupt ends it, and the cell fails.
 */
export async function showResult(cell: Cell): Promise<MimeBundle | undefined> {
  if (!cell.hasResult) return undefined;
  const report = (error: unknown) => {
    const { traceback } = describeError(error);
    cell.output.write("stderr", `The value could not show itself.\n${traceback.join("\n")}\n`);
  };
  const { signal } = cell.interrupt;
  const interrupted = new Promise<never>((_, reject) => {
    signal.addEventListener("abort", () => reject(signal.reason), { once: true });
  });
  try {
    return await Promise.race([runInCell(cell, () => showValue(cell.result, report)), interrupted]);
  } catch (error) {
    cell.fail(error);
    return undefined;
  }
}
