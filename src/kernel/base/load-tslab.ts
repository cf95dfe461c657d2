import Module, { createRequire } from "node:module";
import { dirname, join } from "node:path";
import type * as converterModule from "tslab/dist/converter";
import type * as metadataModule from "tslab/dist/metadata";

/** The version of tslab that this layer was written and tested for. */
export const tslabVersion = "1.0.22";

/** The folder of the pinned tslab. */
export const tslabFolder = locateTslab();

const requireFromTslab = createRequire(join(tslabFolder, "package.json"));

/** The parts of tslab that the layer uses. */
export interface Tslab {
  converter: typeof converterModule;
  metadata: typeof metadataModule;
  /** The module that cells get from `import … from "tslab"`. */
  publicApi(): unknown;
  /** The module `tslab/dist/jupyter`. tslab's `display` API sends through this property. */
  jupyter: { lastWriteDisplayData: unknown };
}

/**
 * Loads tslab.
 *
 * @param compiler Used in place of the TypeScript 5.0 that tslab bundles, which is never loaded.
 */
export function loadTslab(compiler: object): Tslab {
  const bundled = requireFromTslab.resolve("@tslab/typescript-for-tslab");
  require.cache[bundled] = Object.assign(new Module(bundled), { filename: bundled, loaded: true, exports: compiler });
  return {
    converter: requireFromTslab("./dist/converter.js"),
    metadata: requireFromTslab("./dist/metadata.js"),
    publicApi: () => requireFromTslab("./dist/public.js"),
    jupyter: requireFromTslab("./dist/jupyter.js"),
  };
}

function locateTslab(): string {
  let file: string;
  try {
    file = require.resolve("tslab/package.json");
  } catch {
    throw new Error(`tslab is not installed: run "npm install" (the kernel needs tslab ${tslabVersion})`);
  }
  const { version } = require(file) as { version: string };
  if (version !== tslabVersion) {
    throw new Error(`the kernel needs tslab ${tslabVersion}, but ${version} is installed: run "npm install"`);
  }
  return dirname(file);
}
