import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import type * as typescript from "@tslab/typescript-for-tslab";
import type * as converterModule from "tslab/dist/converter";
import type * as executorModule from "tslab/dist/executor";
import type * as inspectModule from "tslab/dist/inspect";

/** The TypeScript compiler that tslab bundles. */
export type TypeScript = typeof typescript;

/** The version of tslab that this layer was written and tested for. The layer patches tslab's compiled files. */
export const tslabVersion = "1.0.22";

/** The folder of the pinned tslab. */
export const tslabFolder = locateTslab();

const requireFromTslab = createRequire(join(tslabFolder, "package.json"));

/** tslab's own compiler, untouched. */
export const ts: TypeScript = requireFromTslab("@tslab/typescript-for-tslab");

/** Makes tslab's files use `facade` in place of the compiler. Call it before any of them is loaded. */
export function replaceCompiler(facade: TypeScript): void {
  const module = require.cache[requireFromTslab.resolve("@tslab/typescript-for-tslab")];
  if (module === undefined) throw new Error("the compiler of tslab is not loaded");
  module.exports = facade;
}

/** The parts of tslab that the layer uses. */
export interface Tslab {
  converter: typeof converterModule;
  executor: typeof executorModule;
  inspect: typeof inspectModule;
  /** The module that cells get from `import … from "tslab"`. */
  publicApi(): unknown;
  /** The module `tslab/dist/jupyter`. tslab's `display` API sends through this property. */
  jupyter: { lastWriteDisplayData: unknown };
}

/** Loads tslab with the compiler that `replaceCompiler` installed. */
export function loadTslab(): Tslab {
  return {
    converter: requireFromTslab("./dist/converter.js"),
    executor: requireFromTslab("./dist/executor.js"),
    inspect: requireFromTslab("./dist/inspect.js"),
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
