import type { CellRunner } from "../execution/cell-runner";
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

/** The names of tslab's variables for the value of a cell's last expression. */
const lastExpression = /^tsLastExpr\d*$/;

/** Completion, with the positions in code points and a kind for each candidate. */
export function complete(runner: CellRunner): Handler {
  return ({ content }) => {
    const code = String(content.code);
    const { start, end, candidates, original } = runner.complete(code, toUnits(code, Number(content.cursor_pos)));
    const kinds = new Map(original?.entries.map(({ name, kind }) => [name, kind as string]));
    const matches = candidates.filter((name) => !lastExpression.test(name));
    const cursor_start = toCodePoints(code, start);
    const cursor_end = toCodePoints(code, end);
    const types = matches.map((text) => {
      const kind = kinds.get(text) ?? "";
      return { text, type: icons[kind] ?? kind, start: cursor_start, end: cursor_end };
    });
    return { status: "ok", matches, cursor_start, cursor_end, metadata: { _jupyter_types_experimental: types } };
  };
}
