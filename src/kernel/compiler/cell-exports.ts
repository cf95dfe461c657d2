import type { Expression, ImportDeclaration, SourceFile, Statement, TransformerFactory } from "typescript";
import { ts } from "../base/typescript";

/**
 * tslab exports every name of a cell. TypeScript then writes each assignment twice (`exports.n = n = 1`), which makes loops
 * slow. Later cells read the variables where they are stored (`shared-variables.ts`), so only imported names are exported.
 *
 * The value of the last expression stays exported. tslab stores it in a variable, whose name would become the name of an
 * anonymous function; `(0, () => 5)` prevents that.
 *
 * This transformation runs after tslab's.
 */
export function exportOnlyImports(): TransformerFactory<SourceFile> {
  return ({ factory }) => {
    return (file) => {
      const imported = new Set(file.statements.filter(ts.isImportDeclaration).flatMap(importedNames));
      const statements = file.statements.map((statement): Statement => {
        if (ts.isVariableStatement(statement) && statement.modifiers !== undefined) {
          const declarations = statement.declarationList.declarations.map((declaration) => {
            const { name, type, initializer } = declaration;
            if (initializer === undefined || !isAnonymous(initializer)) return declaration;
            const unnamed = factory.createComma(factory.createNumericLiteral(0), initializer);
            return factory.updateVariableDeclaration(declaration, name, undefined, type, unnamed);
          });
          const list = factory.updateVariableDeclarationList(statement.declarationList, declarations);
          return factory.updateVariableStatement(statement, statement.modifiers, list);
        }
        if (!ts.isExportDeclaration(statement) || statement.moduleSpecifier !== undefined) return statement;
        const elements =
          statement.exportClause && ts.isNamedExports(statement.exportClause) ? statement.exportClause.elements : [];
        const kept = elements.filter(({ name, propertyName }) => imported.has((propertyName ?? name).text));
        const { modifiers, isTypeOnly } = statement;
        const clause = factory.createNamedExports(kept);
        return factory.updateExportDeclaration(statement, modifiers, isTypeOnly, clause, undefined, undefined);
      });
      return factory.updateSourceFile(file, statements);
    };
  };
}

function isAnonymous(value: Expression): boolean {
  return (
    ts.isArrowFunction(value) ||
    (ts.isFunctionExpression(value) && value.name === undefined) ||
    (ts.isClassExpression(value) && value.name === undefined)
  );
}

/** The names that an import declares. */
export function importedNames({ importClause }: ImportDeclaration): string[] {
  const bindings = importClause?.namedBindings;
  const named = bindings === undefined ? [] : ts.isNamespaceImport(bindings) ? [bindings] : bindings.elements;
  return [...(importClause?.name ? [importClause] : []), ...named].flatMap(({ name }) => (name ? [name.text] : []));
}
