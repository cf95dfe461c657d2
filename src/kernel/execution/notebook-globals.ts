import { join } from "node:path";
import vm from "node:vm";

/** `import()` in code that runs without a module of its own: as the main program would do it. */
export const importDynamically = vm.constants.USE_MAIN_CONTEXT_DEFAULT_LOADER;

/** A function that imports as code in this folder would. */
export function importFrom(folder: string): (id: string) => Promise<object> {
  return vm.runInThisContext("(id) => import(id)", {
    filename: join(folder, "src.js"),
    importModuleDynamically: importDynamically,
  });
}
