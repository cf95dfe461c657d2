import type { SourceFile, Statement, TransformerFactory } from "typescript";
import { ts } from "../base/typescript";

/** The variable with the value of the last expression of a cell that declares with `using`. */
export const disposedResult = "tsLastExpr";

/**
 * TypeScript puts the statements of a cell that declares with `using` into a `try` block, where tslab does not look for the
 * last expression. This exports its value before TypeScript does so.
 */
export function exportDisposedResult(): TransformerFactory<SourceFile> {
  return ({ factory }) => {
    return (file) => {
      if (!file.statements.some(declaresUsing)) return file;
      const at = file.statements.findLastIndex((statement) => !ts.isExportDeclaration(statement));
      const last = file.statements[at];
      if (last === undefined || !ts.isExpressionStatement(last)) return file;
      const target = factory.createPropertyAccessExpression(factory.createIdentifier("exports"), disposedResult);
      const kept = factory.updateExpressionStatement(last, factory.createAssignment(target, last.expression));
      return factory.updateSourceFile(file, file.statements.with(at, kept));
    };
  };
}

function declaresUsing(statement: Statement): boolean {
  // `using` has the flag of `await using`, too.
  return ts.isVariableStatement(statement) && (statement.declarationList.flags & ts.NodeFlags.Using) !== 0;
}
