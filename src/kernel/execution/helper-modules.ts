import Module, { createRequire } from "node:module";
import { dirname, extname, join, resolve } from "node:path";
import type { SideOutput } from "tslab/dist/converter";

/** The compiled TypeScript files that cells import, as modules. */
export interface HelperModules {
  /** Receives compiled files. The next import reloads the files that have changed, and all files that import them. */
  update(outputs: readonly SideOutput[]): void;
  /** `require` for cells. */
  require(id: string): unknown;
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

  function requireIn(base: string, requireOther: (id: string) => unknown): (id: string) => unknown {
    return (id) => {
      if (id === "tslab") return loadTslab();
      const path = placeOf(id, base);
      return path !== undefined && code.has(path) ? load(path).exports : requireOther(id);
    };
  }

  function load(path: string): NodeModule {
    const known = loaded.get(path);
    if (known !== undefined) return known;
    const created = new Module(path, module) as NodeModule;
    Object.assign(created, { filename: path, paths: nodeModulePaths(dirname(path)) });
    created.require = requireIn(dirname(path), created.require.bind(created)) as NodeJS.Require;
    // Registered before it runs, so a module that imports it in a cycle gets the exports so far.
    loaded.set(path, created);
    try {
      created._compile(code.get(path) ?? "", path);
    } catch (error) {
      loaded.delete(path);
      throw error;
    }
    created.loaded = true;
    return created;
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
    require: requireIn(folder, createRequire(join(folder, "src.js"))),
  };
}

/** The path of the compiled module that a relative import refers to. */
function placeOf(id: string, base: string): string | undefined {
  if (!/^\.{0,2}\//.test(id) && id !== "." && id !== "..") return undefined;
  const path = resolve(base, id);
  return extname(path) === "" ? `${path}.js` : path;
}

function importsOf(code: string, path: string): (string | undefined)[] {
  return [...code.matchAll(/\brequire\("([^"]+)"\)/g)].map(([, id = ""]) => placeOf(id, dirname(path)));
}
