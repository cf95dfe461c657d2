import type { Identifier, Node, SourceFile, TransformerFactory, Visitor } from "typescript";
import { ts } from "../base/typescript";

/**
 * Compiles TypeScript that is evaluated in a paused frame. The compiler turned the variables of earlier cells and imported
 * names into properties, so the names of the notebook's variables are replaced by properties of an object.
 *
 * @param isVariable Whether a name refers to a variable of the notebook.
 * @param object An expression for the object with these variables.
 */
export function compileDebugExpression(code: string, isVariable: (name: string) => boolean, object: string): string {
  return ts.transpileModule(code, {
    compilerOptions: { target: ts.ScriptTarget.ESNext, module: ts.ModuleKind.ESNext },
    transformers: { after: [replaceVariables(isVariable, object)] },
  }).outputText;
}

function replaceVariables(isVariable: (name: string) => boolean, object: string): TransformerFactory<SourceFile> {
  return (context) => (file) => {
    const { factory } = context;
    const declared = declaredNames(file);
    const isReplaced = (node: Node): node is Identifier =>
      ts.isIdentifier(node) && !declared.has(node.text) && isVariable(node.text);
    const property = ({ text }: Identifier) =>
      factory.createPropertyAccessExpression(factory.createIdentifier(object), text);
    const visit: Visitor = (node) => {
      if (isReplaced(node)) return property(node);
      if (ts.isShorthandPropertyAssignment(node) && isReplaced(node.name)) {
        return factory.createPropertyAssignment(node.name, property(node.name));
      }
      if (ts.isCallExpression(node) && isReplaced(node.expression)) {
        // A plain call: `this` must not be the object with the variables.
        const callee = factory.createComma(factory.createNumericLiteral(0), property(node.expression));
        const args = ts.visitNodes(node.arguments, visit) as typeof node.arguments;
        return factory.updateCallExpression(node, factory.createParenthesizedExpression(callee), undefined, args);
      }
      const name = nameThatStays(node);
      return ts.visitEachChild(node, (child) => (child === name ? child : visit(child)), context);
    };
    return ts.visitEachChild(file, visit, context);
  };
}

/** The part of a node that is an identifier but not a variable: the name of a property or of a label. */
function nameThatStays(node: Node): Node | undefined {
  if (ts.isPropertyAccessExpression(node) || ts.isPropertyAssignment(node)) return node.name;
  if (ts.isClassElement(node) || ts.isObjectLiteralElement(node)) return node.name;
  if (ts.isLabeledStatement(node) || ts.isBreakOrContinueStatement(node)) return node.label;
  return undefined;
}

/** The names that the code declares itself, anywhere. */
function declaredNames(file: SourceFile): Set<string> {
  const names = new Set<string>();
  const visit = (node: Node): void => {
    const declares =
      ts.isVariableDeclaration(node) ||
      ts.isParameter(node) ||
      ts.isBindingElement(node) ||
      ts.isFunctionLike(node) ||
      ts.isClassLike(node);
    if (declares && node.name !== undefined && ts.isIdentifier(node.name)) {
      if (!ts.isMethodDeclaration(node) && !ts.isAccessor(node)) names.add(node.name.text);
    }
    ts.forEachChild(node, visit);
  };
  visit(file);
  return names;
}
