import type { Node } from "typescript";
import { ts } from "../base/typescript";

/** Whether a module awaits outside any function. */
export function awaitsAtTopLevel(code: string): boolean {
  if (!code.includes("await")) return false;
  const awaits = (node: Node): boolean => {
    if (ts.isAwaitExpression(node) || (ts.isForOfStatement(node) && node.awaitModifier !== undefined)) return true;
    if (ts.isVariableDeclarationList(node) && (node.flags & ts.NodeFlags.AwaitUsing) === ts.NodeFlags.AwaitUsing) {
      return true;
    }
    if (ts.isFunctionLike(node) || ts.isClassStaticBlockDeclaration(node) || ts.isModuleBlock(node)) return false;
    return ts.forEachChild(node, awaits) ?? false;
  };
  // Only a module may await at its top level: in a script, `await (x)` would be a call.
  return awaits(ts.createSourceFile("cell.ts", `export {};\n${code}`, ts.ScriptTarget.ESNext));
}
