import { existsSync } from "node:fs";
import { dirname, join, resolve } from "node:path";

/** The folder of this package; works from src/notebook and from dist/notebook. */
export const packageRoot = resolve(__dirname, "../..");

/** The command of the project's kernel, as in the kernelspec. Throws if the kernel has not been built. */
export function kernelCommand(): string[] {
  const program = join(packageRoot, "dist/kernel/main.js");
  if (!existsSync(program)) {
    throw new Error(
      "the kernel is not built (dist/kernel/main.js is missing): run `npm start` or `npm run build` first",
    );
  }
  return [process.execPath, program, "--config-path", "{connection_file}"];
}

/** The nearest folder, starting with `folder` and going up, that has a package.json; `folder` itself if none has one. */
export function projectOf(folder: string): string {
  for (let candidate = resolve(folder); ; candidate = dirname(candidate)) {
    if (existsSync(join(candidate, "package.json"))) return candidate;
    if (candidate === dirname(candidate)) return resolve(folder);
  }
}
