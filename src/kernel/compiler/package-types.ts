import type { CompilerOptions } from "@tslab/typescript-for-tslab";
import { ts } from "../base/load-tslab";

/**
 * tslab resolves modules like Node 10, which ignores the `exports` map of a package.json. Packages that rely on it
 * (vega-lite 6, a package that imports itself by name) then have no types. "Bundler" resolution reads the maps, and
 * still lets cells import files without an extension.
 */
export function readExportMaps(options: CompilerOptions): void {
  options.moduleResolution = ts.ModuleResolutionKind.Bundler;
}
