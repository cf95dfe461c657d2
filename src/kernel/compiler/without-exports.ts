import type { Node, Statement } from "typescript";
import { ts } from "../base/typescript";

/**
 * Removes `export` keywords, which a cell copied from a module may contain. Everything a cell declares is visible to
 * later cells anyway, and tslab would export it twice (TS2323). Spaces replace the keywords, so positions do not change.
 */
export function withoutExports(code: string): string {
  if (!code.includes("export")) return code;
  const file = ts.createSourceFile("cell.ts", code, ts.ScriptTarget.ES2022);
  let plain = code;
  const blank = (start: number, end: number) => {
    plain = plain.slice(0, start) + plain.slice(start, end).replace(/\S/g, " ") + plain.slice(end);
  };
  for (const statement of file.statements) {
    if (ts.isExportDeclaration(statement) && statement.moduleSpecifier === undefined) {
      blank(statement.getStart(file), statement.end);
    } else if (ts.isExportAssignment(statement) && statement.isExportEquals !== true) {
      blank(statement.getStart(file), statement.expression.getStart(file));
    } else {
      for (const word of exportWords(statement)) blank(word.getStart(file), word.end);
    }
  }
  return plain;
}

function exportWords(statement: Statement): Node[] {
  // A function or class without a name needs its `default`.
  if ((ts.isFunctionDeclaration(statement) || ts.isClassDeclaration(statement)) && !statement.name) return [];
  const modifiers = ts.canHaveModifiers(statement) ? (ts.getModifiers(statement) ?? []) : [];
  return modifiers.filter(({ kind }) => kind === ts.SyntaxKind.ExportKeyword || kind === ts.SyntaxKind.DefaultKeyword);
}
