import Module, { createRequire } from "node:module";
import { dirname, extname, join, resolve } from "node:path";
import vm from "node:vm";
import type { SideOutput } from "tslab/dist/converter";
import { isOwnPackage, requireOwnPackage } from "../base/own-package";
import { awaitsAtTopLevel } from "../compiler/top-level-await";
import { importDynamically } from "./notebook-globals";

/** The compiled TypeScript files that cells import, as modules. */
export interface HelperModules {
  /** Receives compiled files. The next import reloads the files that have changed, and all files that import them. */
  update(outputs: readonly SideOutput[]): void;
  /** Loads the modules with a top-level await that this code imports. `require` cannot load them. */
  prepare(code: string): Promise<void>;
  /** `require` for cells. */
  require: CellRequire;
}

/** `require` for cells and for the files that they import. */
export interface CellRequire {
  (id: string): unknown;
  resolve: NodeJS.RequireResolve;
  cache: NodeJS.Require["cache"];
  /** Loads a module that only the kernel can find, such as a compiled TypeScript file; undefined for any other. */
  own(id: string): Promise<unknown> | undefined;
}

/** The part of Node's module type that Node does not declare. */
type NodeModule = Module & { _compile(code: string, path: string): void };
const nodeModulePaths = (Module as unknown as { _nodeModulePaths(folder: string): string[] })._nodeModulePaths;

/**
 * tslab loads such modules itself, but registers a module only after it has run. Two files that import each other then
 * recurse forever, and a file that imports a changed file keeps the old version.
 *
 * @param folder The notebook's folder.
 * @param loadTslab Returns the module that `import … from "tslab"` refers to in cells.
 */
export function createHelperModules(folder: string, loadTslab: () => unknown): HelperModules {
  const code = new Map<string, string>();
  const loaded = new Map<string, NodeModule>();

  function requireIn(base: string, requireOther: (id: string) => unknown): CellRequire {
    const { resolve: resolveId, cache } = createRequire(join(base, "src.js"));
    const compiledPath = (id: string) => {
      const path = placeOf(id, base);
      return path !== undefined && code.has(path) ? path : undefined;
    };
    const requireHere = (id: string) => {
      if (id === "tslab") return loadTslab();
      const path = compiledPath(id);
      if (path !== undefined) return load(path).exports;
      return isMissingOwn(id) ? requireOwnPackage(id) : requireOther(id);
    };
    const isMissingOwn = (id: string) => isOwnPackage(id) && !canResolve(resolveId, id);
    return Object.assign(requireHere, {
      resolve: resolveId,
      cache,
      own(id: string) {
        const path = compiledPath(id);
        if (path !== undefined) return prepareAll([path]).then(() => load(path).exports);
        return isMissingOwn(id) ? Promise.resolve(requireOwnPackage(id)) : undefined;
      },
    });
  }

  /** Registers a module before it runs, so a module that imports it in a cycle gets the exports so far. */
  function create(path: string): NodeModule {
    const created = new Module(path, module) as NodeModule;
    Object.assign(created, { filename: path, paths: nodeModulePaths(dirname(path)) });
    created.require = requireIn(dirname(path), created.require.bind(created)) as unknown as NodeJS.Require;
    loaded.set(path, created);
    return created;
  }

  function load(path: string): NodeModule {
    const known = loaded.get(path);
    if (known !== undefined) return known;
    const created = create(path);
    try {
      created._compile(code.get(path) ?? "", path);
    } catch (error) {
      loaded.delete(path);
      throw error;
    }
    created.loaded = true;
    return created;
  }

  /** The same for a module with a top-level await. */
  async function loadAsync(path: string): Promise<void> {
    const created = create(path);
    try {
      const body = `(async function (exports, require, module, __filename, __dirname) {${code.get(path)}\n})`;
      const run = vm.runInThisContext(body, { filename: path, importModuleDynamically: importDynamically });
      await run(created.exports, created.require, created, path, dirname(path));
    } catch (error) {
      loaded.delete(path);
      throw error;
    }
    created.loaded = true;
  }

  /** Loads the modules with a top-level await among these and their imports, the innermost first. */
  async function prepareAll(paths: readonly (string | undefined)[], seen = new Set<string>()): Promise<void> {
    for (const path of paths) {
      const text = path === undefined ? undefined : code.get(path);
      if (path === undefined || text === undefined || loaded.has(path) || seen.has(path)) continue;
      seen.add(path);
      await prepareAll(importsOf(text, path), seen);
      if (awaitsAtTopLevel(text)) await loadAsync(path);
    }
  }

  function forgetWithImporters(path: string): void {
    loaded.delete(path);
    for (const importer of loaded.keys()) {
      if (importsOf(code.get(importer) ?? "", importer).includes(path)) forgetWithImporters(importer);
    }
  }

  return {
    update(outputs) {
      const changed = outputs.filter(({ path, data }) => code.get(path) !== data);
      for (const { path, data } of changed) code.set(path, data);
      for (const { path } of changed) forgetWithImporters(path);
    },
    prepare: (cell) => prepareAll(importsOf(cell, join(folder, "src.js"))),
    require: requireIn(folder, createRequire(join(folder, "src.js"))),
  };
}

function canResolve(resolveId: NodeJS.RequireResolve, id: string): boolean {
  try {
    resolveId(id);
    return true;
  } catch {
    return false;
  }
}

/** The path of the compiled module that a relative import refers to. */
function placeOf(id: string, base: string): string | undefined {
  if (!/^\.{0,2}\//.test(id) && id !== "." && id !== "..") return undefined;
  const path = resolve(base, id);
  return extname(path) === "" ? `${path}.js` : path.replace(/\.[cm]js$/, ".js");
}

function importsOf(code: string, path: string): (string | undefined)[] {
  return [...code.matchAll(/\brequire\("([^"]+)"\)/g)].map(([, id = ""]) => placeOf(id, dirname(path)));
}
