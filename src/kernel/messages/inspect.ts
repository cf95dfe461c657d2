import type { CellCompiler } from "../compiler/cell-compiler";
import type { ApiReference } from "../language/api-reference";
import { explain } from "../language/explain";
import type { Handler } from "../protocol/server";
import { toUnits } from "./code-points";

/** The type and the documentation of the name under the cursor, or of the call around it. */
export function inspect(compiler: CellCompiler, reference: ApiReference): Handler {
  return ({ content }) => {
    const code = String(content.code);
    const position = toUnits(code, Number(content.cursor_pos));
    const found = compiler.ask(code, (cell) => explain(cell, code, position, reference));
    const data = found === undefined ? {} : { "text/plain": found.plain, "text/markdown": found.markdown };
    return { status: "ok", found: found !== undefined, data, metadata: {} };
  };
}
