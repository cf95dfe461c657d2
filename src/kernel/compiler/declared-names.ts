import type { BindingName, Statement } from "@tslab/typescript-for-tslab";
import { ts } from "../base/load-tslab";

/** The names that a cell declares at its top level. */
export interface DeclaredNames {
  /** `let` and `var`: later cells may assign to them. */
  assignable: string[];
  /** `const`, functions, classes and enums. */
  fixed: string[];
}

/** Reads the declarations of a cell. Names that exist in the type system only are left out, as are imports. */
export function declaredNames(code: string): DeclaredNames {
  const names: DeclaredNames = { assignable: [], fixed: [] };
  for (const statement of ts.createSourceFile("cell.ts", code, ts.ScriptTarget.ES2022).statements) {
    if (isAmbient(statement)) continue;
    if (ts.isVariableStatement(statement)) {
      const { declarations, flags } = statement.declarationList;
      const list = flags & ts.NodeFlags.Const ? names.fixed : names.assignable;
      for (const { name } of declarations) list.push(...boundNames(name));
    } else if (ts.isFunctionDeclaration(statement) || ts.isClassDeclaration(statement)) {
      if (statement.name && !(ts.isFunctionDeclaration(statement) && !statement.body))
        names.fixed.push(statement.name.text);
    } else if (ts.isEnumDeclaration(statement)) {
      names.fixed.push(statement.name.text);
    }
  }
  return names;
}

function isAmbient(statement: Statement): boolean {
  const modifiers = ts.canHaveModifiers(statement) ? ts.getModifiers(statement) : undefined;
  return modifiers?.some(({ kind }) => kind === ts.SyntaxKind.DeclareKeyword) ?? false;
}

function boundNames(name: BindingName): string[] {
  if (ts.isIdentifier(name)) return [name.text];
  return name.elements.flatMap((element) => (ts.isOmittedExpression(element) ? [] : boundNames(element.name)));
}
