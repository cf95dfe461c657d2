import type { SourceFile, TransformerFactory, Visitor } from "typescript";
import { ts } from "../base/typescript";

/**
 * Node cannot load the TypeScript files that a notebook imports. This writes `fn(id, module, (id, options) => import(id,
 * options))` in place of `import(id)`, so that the kernel can look among its own modules first.
 */
export function redirectImports(fn: string): TransformerFactory<SourceFile> {
  return (context) => {
    const { factory } = context;
    const names = ["id", "options"].map((name) => factory.createIdentifier(name));
    const visit: Visitor = (node) => {
      const visited = ts.visitEachChild(node, visit, context);
      if (!ts.isCallExpression(visited) || visited.expression.kind !== ts.SyntaxKind.ImportKeyword) return visited;
      const parameters = names.map((name) => factory.createParameterDeclaration(undefined, undefined, name));
      const native = factory.createCallExpression(visited.expression, undefined, names);
      const load = factory.createArrowFunction(undefined, undefined, parameters, undefined, undefined, native);
      const [id = factory.createVoidZero(), ...options] = visited.arguments;
      const args = [id, factory.createIdentifier("module"), load, ...options];
      return ts.setTextRange(factory.createCallExpression(factory.createIdentifier(fn), undefined, args), node);
    };
    return (file) => ts.visitEachChild(file, visit, context);
  };
}
