import type { CompilerOptions, Node } from "@tslab/typescript-for-tslab";
import { ts } from "../base/load-tslab";

/**
 * tslab compiles with top-level await disabled, and detects from compiler error 1308 that a cell awaits. `await (x)`
 * and `await [x]` are then parsed as a call and an element access of something named `await`, and `for await` gives a
 * different error, so all three fail. With top-level await enabled, they parse correctly, and `awaitsAtTopLevel` tells
 * which cells must run as async functions.
 */
export function allowTopLevelAwait(options: CompilerOptions): void {
  options.disableTopLevelAwait = false;
}

/** Whether the cell awaits outside any function. */
export function awaitsAtTopLevel(code: string): boolean {
  const awaits = (node: Node): boolean => {
    if (ts.isAwaitExpression(node) || (ts.isForOfStatement(node) && node.awaitModifier !== undefined)) return true;
    if (ts.isFunctionLike(node) || ts.isClassStaticBlockDeclaration(node) || ts.isModuleBlock(node)) return false;
    return ts.forEachChild(node, awaits) ?? false;
  };
  // Only a module may await at its top level: without the export, `await (x)` would again be a call.
  return awaits(ts.createSourceFile("cell.ts", `export {};\n${code}`, ts.ScriptTarget.ES2022));
}
