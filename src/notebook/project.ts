import { existsSync } from "node:fs";
import { dirname, join, resolve } from "node:path";

/** The folder of this package, from src/notebook as well as from dist/notebook. */
export const packageRoot = resolve(__dirname, "../..");

/** The command of the project's kernel, as the kernelspec has it. Throws when it has not been built. */
export function kernelCommand(): string[] {
  const program = join(packageRoot, "dist/kernel/main.js");
  if (!existsSync(program)) {
    throw new Error(
      "the kernel is not built (dist/kernel/main.js is missing): run `npm start` or `npm run build` first",
    );
  }
  return [process.execPath, program, "--config-path", "{connection_file}"];
}

/** The nearest folder at or above `folder` that has a package.json, or `folder` itself when none has. */
export function projectOf(folder: string): string {
  for (let candidate = resolve(folder); ; candidate = dirname(candidate)) {
    if (existsSync(join(candidate, "package.json"))) return candidate;
    if (candidate === dirname(candidate)) return resolve(folder);
  }
}
