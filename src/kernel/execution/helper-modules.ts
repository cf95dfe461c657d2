import Module, { createRequire } from "node:module";
import { dirname, extname, join, resolve } from "node:path";
import type { SideOutput } from "tslab/dist/converter";

/** The TypeScript files that cells import, compiled, as modules. */
export interface HelperModules {
  /** Takes compiled files. Those that have changed are loaded anew by the next import, with all that import them. */
  update(outputs: readonly SideOutput[]): void;
  /** `require` for cells. */
  require(id: string): unknown;
}

/** What Node does not declare of its modules. */
type NodeModule = Module & { _compile(code: string, path: string): void };
const nodeModulePaths = (Module as unknown as { _nodeModulePaths(folder: string): string[] })._nodeModulePaths;

/**
 * tslab loads such modules itself, and knows a module only once it has run: two files that import each other are an
 * endless recursion, and a file that imports a changed one keeps the old one.
 *
 * @param folder The notebook's folder.
 * @param loadTslab Gives what `import … from "tslab"` means in cells.
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
    // Known before it runs: a module that imports it in turn gets what it has exported so far.
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

/** Where the compiled module lies that a relative import means. */
function placeOf(id: string, base: string): string | undefined {
  if (!/^\.{0,2}\//.test(id) && id !== "." && id !== "..") return undefined;
  const path = resolve(base, id);
  return extname(path) === "" ? `${path}.js` : path;
}

function importsOf(code: string, path: string): (string | undefined)[] {
  return [...code.matchAll(/\brequire\("([^"]+)"\)/g)].map(([, id = ""]) => placeOf(id, dirname(path)));
}
