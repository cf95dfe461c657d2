import { join } from "node:path";
import vm from "node:vm";

/** `import()` for code that runs outside a module. It behaves as in the main program. */
export const importDynamically = vm.constants.USE_MAIN_CONTEXT_DEFAULT_LOADER;

/** A function that imports modules like code in this folder. */
export function importFrom(folder: string): (id: string) => Promise<object> {
  return vm.runInThisContext("(id) => import(id)", {
    filename: join(folder, "src.js"),
    importModuleDynamically: importDynamically,
  });
}
