import type { Expression, SourceFile, TransformerFactory, Visitor } from "typescript";
import { ts } from "../base/typescript";

/**
 * Stopping a cell must also stop its work, which otherwise goes on while later cells run. Every `await` of a cell, and of the
 * TypeScript files it imports, passes a checkpoint when it resumes. Once the cell has been stopped, the checkpoint throws, so
 * loops end and `finally` blocks run. `fn` is the name of the checkpoint function.
 *
 * Operations of TensorFlow.js are checkpoints too (`guard-engine.ts`). This cannot interrupt other synchronous code after an
 * `await`, for example an endless `while` loop there. Node can break only into the first synchronous part of a cell, and
 * terminating JavaScript from another thread aborts the process. Long computations should therefore await now and then, as
 * `fit` does; otherwise only a restart of the kernel helps.
 */
export function addAwaitCheckpoints(fn: string): TransformerFactory<SourceFile> {
  return (context) => {
    const { factory } = context;
    const checkpoint = (argument?: Expression) =>
      factory.createCallExpression(factory.createIdentifier(fn), undefined, argument === undefined ? [] : [argument]);
    const visit: Visitor = (node) => {
      const visited = ts.visitEachChild(node, visit, context);
      if (ts.isAwaitExpression(visited)) return ts.setTextRange(checkpoint(visited), node);
      if (ts.isForOfStatement(visited) && visited.awaitModifier !== undefined) {
        const body = factory.createBlock([factory.createExpressionStatement(checkpoint()), visited.statement]);
        return factory.updateForOfStatement(
          visited,
          visited.awaitModifier,
          visited.initializer,
          visited.expression,
          body,
        );
      }
      return visited;
    };
    return (file) => ts.visitEachChild(file, visit, context);
  };
}
