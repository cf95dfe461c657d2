import type { Program, SourceFile, TransformerFactory, Visitor } from "typescript";
import { ts } from "../base/typescript";

/**
 * tslab rewrites names of earlier cells to `exports.name` by looking up the symbol of each identifier. In `{ a }` that
 * symbol is the property, not the variable, so the name is not rewritten and the cell throws a ReferenceError. This
 * transformation looks up the variable and writes `{ a: exports.a }` before tslab's own transformation runs. `({ a } =
 * value)`, which assigns to a variable of an earlier cell, uses the same kind of node. Source positions do not change.
 *
 * In `const { a: b } = f()` the symbol of `a` is the property of a type that may have been declared in an earlier cell, so
 * tslab mistakes it for a variable. Written as a string, `{ "a": b }`, it is not rewritten.
 */
export function expandShorthand(program: Program): TransformerFactory<SourceFile> {
  const checker = program.getTypeChecker();
  const isOfEarlierCell = (file: SourceFile) => file.fileName.endsWith("/__prev__.d.ts");
  return (context) => {
    const { factory } = context;
    const visit: Visitor = (node) => {
      if (ts.isShorthandPropertyAssignment(node)) {
        const variable = checker.getShorthandAssignmentValueSymbol(node);
        if (variable?.declarations?.some((declaration) => isOfEarlierCell(declaration.getSourceFile()))) {
          const { text } = node.name;
          const value = factory.createPropertyAccessExpression(factory.createIdentifier("exports"), text);
          const initializer = node.objectAssignmentInitializer;
          const assigned = initializer
            ? factory.createAssignment(value, ts.visitNode(initializer, visit) as typeof initializer)
            : value;
          return ts.setSourceMapRange(factory.createPropertyAssignment(text, assigned), node);
        }
      }
      const visited = ts.visitEachChild(node, visit, context);
      if (ts.isBindingElement(visited) && visited.propertyName && ts.isIdentifier(visited.propertyName)) {
        const { dotDotDotToken, propertyName, name, initializer } = visited;
        const quoted = factory.createStringLiteral(propertyName.text);
        return factory.updateBindingElement(visited, dotDotDotToken, quoted, name, initializer);
      }
      return visited;
    };
    return (file) => ts.visitEachChild(file, visit, context);
  };
}
