import type { CellCompiler } from "../compiler/cell-compiler";
import { completions } from "../language/completions";
import type { Handler } from "../protocol/server";
import { toCodePoints, toUnits } from "./code-points";

/** The kinds of TypeScript's language service, as the names for which JupyterLab has icons. */
const icons: Readonly<Record<string, string>> = {
  const: "constant",
  let: "instance",
  var: "instance",
  parameter: "instance",
  alias: "module",
  method: "function",
  getter: "property",
  setter: "property",
};

/** Completion, with the positions in code points and a kind for each candidate. */
export function complete(compiler: CellCompiler): Handler {
  return ({ content }) => {
    const code = String(content.code);
    const position = toUnits(code, Number(content.cursor_pos));
    const { start, end, candidates } = compiler.ask(code, (cell) => completions(cell, code, position));
    const cursor_start = toCodePoints(code, start);
    const cursor_end = toCodePoints(code, end);
    const types = candidates.map(({ text, kind }) => {
      return { text, type: icons[kind] ?? kind, start: cursor_start, end: cursor_end };
    });
    const matches = candidates.map(({ name }) => name);
    return { status: "ok", matches, cursor_start, cursor_end, metadata: { _jupyter_types_experimental: types } };
  };
}
