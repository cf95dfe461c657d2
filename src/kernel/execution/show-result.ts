import type { MimeBundle } from "../../display/mime-bundle";
import { type Cell, runInCell } from "../cell/cell";
import { describeError } from "../errors/describe-error";
import { showValue } from "../viewers/show-value";

/**
 * What the front end shows of the last expression of a cell; undefined when there is none. (tslab prints the value on
 * stdout.) The value may show itself with code of the cell, so that code runs as part of the cell. When it fails, stderr
 * says so; an interrupt ends it, and the cell fails.
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
