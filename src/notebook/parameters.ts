import type TypeScript from "typescript";
import { type CodeCell, hasTag, type Notebook } from "./nbformat";

/**
 * Changes values in the notebook's cell tagged `parameters` by rewriting the declarations: `const EPOCHS = 20;` becomes
 * `const EPOCHS = 1;`. The cell still type-checks, and it shows the values that were used.
 * @param parameters texts by name: a number, true, false, a string, or JSON. A name declared with a number, a string or
 *   a boolean accepts only a value of the same type.
 * @throws Error if no cell is tagged, a name is not declared there, or a value has a different type from the declared
 *   one
 */
export async function setParameters(
  notebook: Notebook,
  parameters: Readonly<Record<string, string>>,
): Promise<Notebook> {
  if (Object.keys(parameters).length === 0) return notebook;
  const index = notebook.cells.findIndex((cell) => cell.cell_type === "code" && hasTag(cell, "parameters"));
  if (index < 0) throw new Error("the notebook takes no parameters: none of its cells is tagged `parameters`");
  const { default: ts } = await import("typescript"); // large, so it is loaded only when there is something to rewrite
  const cell = notebook.cells[index] as CodeCell;
  const cells = [...notebook.cells];
  cells[index] = { ...cell, source: rewrite(ts, cell.source, parameters) };
  return { ...notebook, cells };
}

function rewrite(ts: typeof TypeScript, source: string, parameters: Readonly<Record<string, string>>): string {
  const file = ts.createSourceFile("cell.ts", source, ts.ScriptTarget.Latest, true);
  const initializers = new Map<string, TypeScript.Expression>();
  for (const statement of file.statements) {
    if (!ts.isVariableStatement(statement)) continue;
    for (const { name, initializer } of statement.declarationList.declarations) {
      if (ts.isIdentifier(name) && initializer) initializers.set(name.text, initializer);
    }
  }
  const edits = Object.entries(parameters).map(([name, value]) => {
    const initializer = initializers.get(name);
    if (initializer === undefined) {
      const known = [...initializers.keys()].join(", ");
      throw new Error(`the notebook has no parameter ${name}; it has ${known === "" ? "none" : known}`);
    }
    return { initializer, code: literal(ts, name, value, initializer) };
  });
  let result = source;
  for (const { initializer, code } of edits.sort((a, b) => b.initializer.end - a.initializer.end)) {
    result = result.slice(0, initializer.getStart(file)) + code + result.slice(initializer.end);
  }
  return result;
}

/** The value as TypeScript source, with the type of the parameter's declaration. */
function literal(ts: typeof TypeScript, name: string, value: string, declared: TypeScript.Expression): string {
  const wrong = (kind: string) => new Error(`the parameter ${name} must be ${kind}, but got ${JSON.stringify(value)}`);
  const unsigned = ts.isPrefixUnaryExpression(declared) ? declared.operand : declared;
  if (ts.isNumericLiteral(unsigned)) {
    const digits = value.replace(/(\d)_(?=\d)/g, "$1"); // 60_000, as in TypeScript
    if (digits.trim() === "" || !Number.isFinite(Number(digits))) throw wrong("a number");
    return String(Number(digits));
  }
  if (ts.isStringLiteralLike(declared)) return JSON.stringify(value);
  if (declared.kind === ts.SyntaxKind.TrueKeyword || declared.kind === ts.SyntaxKind.FalseKeyword) {
    if (value !== "true" && value !== "false") throw wrong("true or false");
    return value;
  }
  try {
    return JSON.stringify(JSON.parse(value));
  } catch {
    return JSON.stringify(value);
  }
}
