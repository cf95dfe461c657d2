import { isAbsolute, join, parse, relative } from "node:path";
import type { SideOutput } from "tslab/dist/converter";

/** Replaces the root of the file system in output paths of files outside the notebook's folder. */
const outside = "__outside__";

/**
 * Where the compiler's output goes. tslab uses the notebook's folder as the root of all sources, so
 * `import "../src/model"` of a TypeScript file fails with "not under rootDir". With the root of the file system as
 * `rootDir`, every file has an output path: `path` is below `outDir`, in the layout of the whole file system. tslab expects
 * paths relative to the notebook's folder, without "..". This function writes them that way, and `restorePaths` restores
 * the real paths of the compiled modules, where `require` looks for them.
 *
 * Files outside the folder are compiled without type checks, because they belong to a project with its own compiler.
 */
export function outputPath(path: string, outDir: string, folder: string): string {
  const { root } = parse(folder);
  const fromRoot = relative(outDir, path);
  const fromFolder = relative(folder, join(root, fromRoot));
  const isInside = !fromFolder.startsWith("..") && !isAbsolute(fromFolder);
  const placed = `${outDir}/${isInside ? fromFolder : join(outside, fromRoot)}`;
  return placed.replace(/\.[cm]js$/, ".js"); // tslab keeps only files with this ending.
}

/** The compiled modules with their real paths. A folder's index is also available under the folder's name. */
export function restorePaths(modules: readonly SideOutput[], folder: string): SideOutput[] {
  const { root } = parse(folder);
  const placed = modules.map(({ path, data }) => {
    const fromOutside = relative(join(folder, outside), path);
    return { path: fromOutside.startsWith("..") ? path : join(root, fromOutside), data };
  });
  const indexes = placed
    .filter(({ path }) => path.endsWith("/index.js"))
    .map(({ path }) => path.slice(0, -"/index.js".length))
    .filter((path) => !placed.some((module) => module.path === `${path}.js`))
    .map((path) => ({ path: `${path}.js`, data: `module.exports = require("./${parse(path).base}/index");` }));
  return [...placed, ...indexes];
}
