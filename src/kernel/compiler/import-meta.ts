import type { SourceFile, TransformerFactory, Visitor } from "typescript";
import { ts } from "../base/typescript";

/** Cells and the files that they import run as CommonJS, which has no `import.meta`. This writes `fn(__filename)` instead. */
export function replaceImportMeta(fn: string): TransformerFactory<SourceFile> {
  return (context) => {
    const { factory } = context;
    const visit: Visitor = (node) => {
      if (!ts.isMetaProperty(node) || node.keywordToken !== ts.SyntaxKind.ImportKeyword) {
        return ts.visitEachChild(node, visit, context);
      }
      const call = factory.createCallExpression(factory.createIdentifier(fn), undefined, [
        factory.createIdentifier("__filename"),
      ]);
      return ts.setTextRange(call, node);
    };
    return (file) => ts.visitEachChild(file, visit, context);
  };
}
