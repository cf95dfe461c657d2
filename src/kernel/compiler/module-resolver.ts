import type {
  CompilerOptions,
  ModuleResolutionCache,
  ModuleResolutionHost,
  ResolutionMode,
  ResolvedModuleWithFailedLookupLocations,
  SourceFile,
  StringLiteralLike,
} from "@tslab/typescript-for-tslab";
import { ts } from "../base/load-tslab";

/** Finds the files that imports mean. */
export interface ModuleResolver {
  /** Takes the place of the compiler's own function of this name. */
  resolveModuleNameLiterals(
    literals: readonly StringLiteralLike[],
    containingFile: string,
    redirected: undefined,
    options: CompilerOptions,
    source: SourceFile,
  ): ResolvedModuleWithFailedLookupLocations[];
  /** Whether imports of this file mean other files than when it was compiled last. */
  hasInvalidatedResolutions(path: string): boolean;
  /** To be called before a cell is compiled: compares the imports of all cells and of their files with the disk. */
  refresh(): void;
}

/** What an import was found to mean. */
interface Found {
  name: string;
  mode: ResolutionMode;
  options: CompilerOptions;
  file: string | undefined;
}

/**
 * TypeScript remembers which imports it could not find, and learns from file events (a second late in new folders, and
 * not at all from some) that they can be found now. Here an import of a cell, or of a file that cells import, is looked
 * up when a cell is compiled: a package that was installed and a file that was written in between are found.
 */
export function createModuleResolver(host: ModuleResolutionHost, folder: string): ModuleResolver {
  const found = new Map<string, Found[]>();
  const stale = new Set<string>();
  let cache: ModuleResolutionCache | undefined;

  function resolve(name: string, from: string, options: CompilerOptions, mode: ResolutionMode) {
    cache ??= ts.createModuleResolutionCache(folder, (path) => path, options);
    return ts.resolveModuleName(name, from, options, host, cache, undefined, mode);
  }

  return {
    resolveModuleNameLiterals(literals, containingFile, _redirected, options, source) {
      const all: Found[] = [];
      const resolved = literals.map((literal) => {
        const mode = ts.getModeForUsageLocation(source, literal);
        const result = resolve(literal.text, containingFile, options, mode);
        all.push({ name: literal.text, mode, options, file: result.resolvedModule?.resolvedFileName });
        return result;
      });
      if (isOwnSource(containingFile)) found.set(containingFile, all);
      return resolved;
    },
    hasInvalidatedResolutions: (path) => stale.has(path),
    refresh() {
      cache = undefined;
      stale.clear();
      for (const [from, all] of found) {
        const differs = ({ name, mode, options, file }: Found) =>
          resolve(name, from, options, mode).resolvedModule?.resolvedFileName !== file;
        if (all.some(differs)) stale.add(from);
      }
    },
  };
}

/** Cells, their declarations and the files that they import; not the declarations of packages, which are many. */
function isOwnSource(file: string): boolean {
  if (file.includes("/node_modules/")) return false;
  return !file.endsWith(".d.ts") || file.endsWith("/__prev__.d.ts");
}
