import type { Statement } from "typescript";
import { ts } from "../base/typescript";
import { importedNames } from "./cell-exports";

/**
 * tslab discards the declarations of a cell that fails or is interrupted. Variables set before the failing line exist,
 * but later cells cannot name them. The layer keeps the declarations and passes them to tslab's converter in place of
 * tslab's own. After a failure, it keeps only names that have a value, so a later cell gets "Cannot find name" instead
 * of an unexplained `undefined`.
 *
 * @param declarations The text of a `.d.ts` file.
 * @param hasValue Whether a name has a value at run time.
 */
export function keepDeclarations(declarations: string, hasValue: (name: string) => boolean): string {
  const file = ts.createSourceFile("cell.d.ts", declarations, ts.ScriptTarget.ES2022);
  const printer = ts.createPrinter();
  const kept = file.statements.flatMap((statement) => keepStatement(statement, hasValue));
  return kept.map((statement) => `${printer.printNode(ts.EmitHint.Unspecified, statement, file)}\n`).join("");
}

function keepStatement(statement: Statement, hasValue: (name: string) => boolean): Statement[] {
  const { factory } = ts;
  if (ts.isVariableStatement(statement)) {
    const list = statement.declarationList;
    const declarations = list.declarations.filter(({ name }) => !ts.isIdentifier(name) || hasValue(name.text));
    if (declarations.length === 0) return [];
    const keptList = factory.updateVariableDeclarationList(list, declarations);
    return [factory.updateVariableStatement(statement, statement.modifiers, keptList)];
  }
  if (ts.isClassDeclaration(statement) || ts.isEnumDeclaration(statement)) {
    return statement.name === undefined || hasValue(statement.name.text) ? [statement] : [];
  }
  if (ts.isImportDeclaration(statement)) {
    // `import type` never has a value, and never fails.
    const kept = statement.importClause?.isTypeOnly === true || importedNames(statement).some(hasValue);
    return kept ? [statement] : [];
  }
  return [statement];
}
