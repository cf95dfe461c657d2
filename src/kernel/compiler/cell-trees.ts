import type { CompilerOptions, DocumentRegistry, SourceFile } from "typescript";
import { ts } from "../base/typescript";
import { bind } from "./bind";
import type { FileVersions } from "./file-versions";

/** The syntax trees of the current cell, with the names that it declares. */
export interface CellTrees {
  get(file: string): SourceFile | undefined;
  /** Gives the trees back to the registry. */
  release(): void;
}

/**
 * tslab looks for the names of a cell before it compiles it. The syntax tree has them, and a program that would never be
 * used is not built. The registry gives the same tree to the program later.
 */
export function createCellTrees(registry: DocumentRegistry, options: CompilerOptions, files: FileVersions): CellTrees {
  const acquired = new Map<string, SourceFile>();
  return {
    get(file) {
      const known = acquired.get(file);
      const text = files.snapshotOf(file);
      if (known !== undefined || text === undefined) return known;
      const languageVersion = options.target ?? ts.ScriptTarget.ESNext;
      const version = files.versionOf(file);
      const tree = registry.acquireDocument(file, options, text, version, ts.ScriptKind.TS, { languageVersion });
      bind(tree, options);
      acquired.set(file, tree);
      return tree;
    },
    release() {
      for (const file of acquired.keys()) registry.releaseDocument(file, options, ts.ScriptKind.TS);
      acquired.clear();
    },
  };
}
