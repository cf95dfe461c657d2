import type { CompilerOptions } from "@tslab/typescript-for-tslab";
import { ts } from "../base/load-tslab";

/**
 * tslab resolves modules as Node 10 did, which knows nothing of the `exports` map of a package.json: packages that have
 * nothing else (vega-lite 6, a package that imports itself by name) come without types. "Bundler" reads the maps, and
 * still lets cells import files without extension.
 */
export function readExportMaps(options: CompilerOptions): void {
  options.moduleResolution = ts.ModuleResolutionKind.Bundler;
}
