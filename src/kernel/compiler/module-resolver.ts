import type {
  CompilerOptions,
  ModuleResolutionCache,
  ModuleResolutionHost,
  ResolutionMode,
  ResolvedModuleWithFailedLookupLocations,
  SourceFile,
  StringLiteralLike,
} from "typescript";
import { isOwnPackage, ownFile } from "../base/own-package";
import { ts } from "../base/typescript";

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
  /** What is known of packages. It is valid until packages are installed or removed. */
  packages(options: CompilerOptions): ModuleResolutionCache;
  /** Whether imports of this file resolve to other files than when it was last compiled. */
  hasInvalidatedResolutions(path: string): boolean;
  /** The file and those that it imports, directly or through others, without declarations and packages. */
  sourcesOf(file: string): string[];
  /** Forgets the imports of a file, which has changed. */
  forget(file: string): void;
  /**
   * Compares the imports of all cells and of their files with the disk. Call it before compiling a cell.
   *
   * @param installed Packages were installed or removed since the last call.
   */
  refresh(installed: boolean): void;
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
  let allStale = false;
  const createCache = (options: CompilerOptions) => ts.createModuleResolutionCache(folder, (path) => path, options);
  /** Valid while one cell is compiled. */
  let cache: ModuleResolutionCache | undefined;
  let packages: ModuleResolutionCache | undefined;

  function resolve(name: string, from: string, options: CompilerOptions, mode: ResolutionMode) {
    cache ??= createCache(options);
    const found = ts.resolveModuleName(name, from, options, host, cache, undefined, mode);
    if (found.resolvedModule !== undefined || !isOwnPackage(name)) return found;
    return ts.resolveModuleName(name, ownFile, options, host, cache, undefined, mode);
  }

  return {
    resolveModuleNameLiterals(literals, containingFile, _redirected, options, source) {
      const all: Found[] = [];
      const resolved = literals.map((literal) => {
        const mode = ts.getModeForUsageLocation(source, literal, options);
        const result = resolve(literal.text, containingFile, options, mode);
        all.push({ name: literal.text, mode, options, file: result.resolvedModule?.resolvedFileName });
        return result;
      });
      if (isOwnSource(containingFile)) found.set(containingFile, all);
      return resolved;
    },
    packages(options) {
      packages ??= createCache(options);
      return packages;
    },
    hasInvalidatedResolutions: (path) => allStale || stale.has(path),
    sourcesOf(file) {
      const sources = new Set([file]);
      // A set that grows during the loop is visited to its end.
      for (const source of sources) {
        for (const { file: imported } of found.get(source) ?? []) {
          if (imported !== undefined && isCompiled(imported)) sources.add(imported);
        }
      }
      return [...sources];
    },
    forget: (file) => void found.delete(file),
    refresh(installed) {
      allStale = installed;
      if (installed) packages = undefined;
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

/** Whether a cell can import the file as a module that the kernel compiles. */
function isCompiled(file: string): boolean {
  return /\.[cm]?[jt]sx?$/.test(file) && isOwnSource(file);
}

/** Cells, their declarations and the files that they import, but not the many declarations of packages. */
function isOwnSource(file: string): boolean {
  if (file.includes("/node_modules/")) return false;
  return !/\.d\.[cm]?ts$/.test(file) || file.endsWith("/__prev__.d.ts");
}
