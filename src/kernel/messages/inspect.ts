import type { CellRunner } from "../execution/cell-runner";
import type { Handler } from "../protocol/server";
import { toUnits } from "./code-points";

/** The type and the documentation of the name under the cursor. */
export function inspect(runner: CellRunner): Handler {
  return ({ content }) => {
    const code = String(content.code);
    const found = runner.inspect(code, toUnits(code, Number(content.cursor_pos)));
    const data = found === undefined ? {} : { "text/plain": found.text };
    return { status: "ok", found: found !== undefined, data, metadata: {} };
  };
}
