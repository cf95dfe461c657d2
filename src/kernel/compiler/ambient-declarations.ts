import type { Statement } from "typescript";
import { ts } from "../base/typescript";

/**
 * Separates `declare global` and `declare module "name"` from the other declarations of a cell. They have no name that a
 * later cell could replace, and tslab forgets them.
 *
 * @param declarations The text of a `.d.ts` file.
 */
export function splitAmbient(declarations: string): { named: string; ambient: string[] } {
  if (!/\b(global|module)\b/.test(declarations)) return { named: declarations, ambient: [] };
  const file = ts.createSourceFile("cell.d.ts", declarations, ts.ScriptTarget.ESNext);
  const textOf = (statement: Statement) => statement.getFullText(file).trim();
  return {
    named: file.statements
      .filter((statement) => !isAmbient(statement))
      .map((statement) => `${textOf(statement)}\n`)
      .join(""),
    ambient: file.statements.filter(isAmbient).map(textOf),
  };
}

function isAmbient(statement: Statement): boolean {
  if (!ts.isModuleDeclaration(statement)) return false;
  return ts.isStringLiteral(statement.name) || (statement.flags & ts.NodeFlags.GlobalAugmentation) !== 0;
}
