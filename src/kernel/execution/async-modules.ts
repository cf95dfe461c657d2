import { existsSync, readFileSync, statSync } from "node:fs";
import Module, { createRequire, isBuiltin } from "node:module";
import { dirname, join, resolve } from "node:path";
import { ts } from "../base/typescript";
import type { CellRequire } from "./helper-modules";

/** The errors with which `require` rejects an ES module that `import()` accepts. */
const refusals = new Set(["ERR_REQUIRE_ASYNC_MODULE", "ERR_REQUIRE_ESM", "ERR_PACKAGE_PATH_NOT_EXPORTED"]);

/** Modules that cells import although `require` rejects them. */
export interface AsyncModules {
  /**
   * Loads the imports of the cell that `require` would reject. If a module fails to load, the error appears later, in
   * the cell.
   */
  preload(code: string): Promise<void>;
  /** `require` for cells, with these modules. */
  require: CellRequire;
}

/**
 * Cells are compiled to `require`, which rejects ES modules with a top-level await (vega 6, vega-lite 6). Here,
 * such modules are imported before the cell runs, and `require` returns the loaded modules.
 *
 * @param folder The notebook's folder.
 * @param requireOther `require` for all other modules.
 * @param importModule `import()` as code in the notebook's folder would call it.
 */
export function createAsyncModules(
  folder: string,
  requireOther: CellRequire,
  importModule: (id: string) => Promise<object>,
): AsyncModules {
  const loaded = new Map<string, unknown>();
  const requireFromNotebook = createRequire(join(folder, "src.js"));

  async function preloadOne(id: string): Promise<void> {
    if (loaded.has(id) || isBuiltin(id) || id === "tslab") return;
    try {
      requireFromNotebook(id);
    } catch (error) {
      if (!refusals.has((error as NodeJS.ErrnoException).code ?? "")) return;
      const namespace = await importModule(id).catch(() => undefined);
      if (namespace === undefined) return;
      // Like `require` for the ES modules that it accepts: `__esModule` tells compiled code where `default` is.
      const exports = "default" in namespace ? { __esModule: true, ...namespace } : namespace;
      loaded.set(id, exports);
      cacheModule(id, exports);
    }
  }

  /** The TypeScript files that the cell imports have imports of their own, which use Node's module cache. */
  function cacheModule(id: string, exports: unknown): void {
    let path: string;
    try {
      path = requireFromNotebook.resolve(id);
    } catch {
      return; // The package's map has no entry for `require`, so `require` never looks here.
    }
    const module = new Module(path);
    Object.assign(module, { filename: path, loaded: true, exports });
    require.cache[path] = module as NodeJS.Module;
  }

  return {
    async preload(code) {
      for (const id of importedPackages(code, folder)) await preloadOne(id);
    },
    require: Object.assign((id: string) => (loaded.has(id) ? loaded.get(id) : requireOther(id)), requireOther),
  };
}

/** The packages that code imports, directly or through the TypeScript files that it imports. */
function importedPackages(code: string, folder: string, packages = new Set<string>(), seen = new Set<string>()) {
  for (const { fileName: id } of ts.preProcessFile(code, true, true).importedFiles) {
    if (!id.startsWith(".")) {
      packages.add(id);
      continue;
    }
    const file = typeScriptFile(resolve(folder, id));
    if (file === undefined || seen.has(file)) continue;
    seen.add(file);
    importedPackages(readFileSync(file, "utf8"), dirname(file), packages, seen);
  }
  return packages;
}

function typeScriptFile(path: string): string | undefined {
  const stem = path.replace(/\.js$/, "");
  const candidates = [path, `${stem}.ts`, `${stem}.tsx`, join(path, "index.ts")];
  return candidates.find((file) => /\.tsx?$/.test(file) && existsSync(file) && statSync(file).isFile());
}
