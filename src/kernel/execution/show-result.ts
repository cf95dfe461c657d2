import type { MimeBundle } from "../../display/mime-bundle";
import { type Cell, runInCell } from "../cell/cell";
import { describeError } from "../errors/describe-error";
import { showValue } from "../viewers/show-value";

/**
 * What the front end shows of the last expression of a cell; undefined when there is none. (tslab prints the value on
 * stdout.) The value may show itself by code of the cell, so that code runs as part of it; when it fails, stderr says so.
 */
export async function showResult(cell: Cell): Promise<MimeBundle | undefined> {
  if (!cell.hasResult) return undefined;
  return runInCell(cell, () =>
    showValue(cell.result, (error) => {
      const { traceback } = describeError(error);
      cell.output.write("stderr", `The value could not show itself.\n${traceback.join("\n")}\n`);
    }),
  );
}
