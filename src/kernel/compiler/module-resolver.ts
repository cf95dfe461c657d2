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

/** Finds the files that imports refer to. */
export interface ModuleResolver {
  /** Replaces the compiler's function of the same name. */
  resolveModuleNameLiterals(
    literals: readonly StringLiteralLike[],
    containingFile: string,
    redirected: undefined,
    options: CompilerOptions,
    source: SourceFile,
  ): ResolvedModuleWithFailedLookupLocations[];
  /** Whether imports of this file resolve to other files than when it was last compiled. */
  hasInvalidatedResolutions(path: string): boolean;
  /** Compares the imports of all cells and of their files with the disk. Call it before compiling a cell. */
  refresh(): void;
}

/** The resolution of an import. */
interface Found {
  name: string;
  mode: ResolutionMode;
  options: CompilerOptions;
  file: string | undefined;
}

/**
 * TypeScript remembers imports that it could not resolve, and relies on file events to try again. In new folders these
 * come a second late, and some never come. The layer resolves the imports of a cell, and of the files it imports, each
 * time a cell is compiled, so it finds packages installed and files written in the meantime.
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

/** Cells, their declarations and the files that they import, but not the many declarations of packages. */
function isOwnSource(file: string): boolean {
  if (file.includes("/node_modules/")) return false;
  return !file.endsWith(".d.ts") || file.endsWith("/__prev__.d.ts");
}
