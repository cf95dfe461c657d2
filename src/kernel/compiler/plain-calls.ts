import type { Expression, SourceFile, TransformerFactory, Visitor } from "typescript";
import { ts } from "../base/typescript";

/**
 * tslab compiles a call to a function of an earlier cell to `exports.f()`, which is a method call: inside `f`, `this`
 * is tslab's table of variables, and stack traces name it `Proxy.f`. This transformation writes `(0, exports.f)()`
 * instead.
 */
export function callPlainly(): TransformerFactory<SourceFile> {
  return (context) => {
    const { factory } = context;
    const isExport = (node: Expression) =>
      ts.isPropertyAccessExpression(node) && ts.isIdentifier(node.expression) && node.expression.text === "exports";
    // Uses the position of the name, so stack traces point to the name.
    const detached = (callee: Expression) => {
      const value = factory.createComma(factory.createNumericLiteral(0), callee);
      return ts.setTextRange(factory.createParenthesizedExpression(value), callee);
    };
    const visit: Visitor = (node) => {
      const visited = ts.visitEachChild(node, visit, context);
      if (ts.isCallExpression(visited) && isExport(visited.expression)) {
        const { expression, typeArguments, arguments: args } = visited;
        return factory.updateCallExpression(visited, detached(expression), typeArguments, args);
      }
      if (ts.isTaggedTemplateExpression(visited) && isExport(visited.tag)) {
        const { tag, typeArguments, template } = visited;
        return factory.updateTaggedTemplateExpression(visited, detached(tag), typeArguments, template);
      }
      return visited;
    };
    return (file) => ts.visitEachChild(file, visit, context);
  };
}
