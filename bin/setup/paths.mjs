import fs from "node:fs";
import { createRequire } from "node:module";
import os from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";

const windows = process.platform === "win32";

/** The checkout, or the installed package. */
export const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "../..");

/** True in the repository. False in an installed package, which does not contain the lock file. */
export const isCheckout = fs.existsSync(path.join(root, "package-lock.json"));

/** The command that messages tell the user to run. */
export const command = "npx elbo-lab";

/** The folder for the stamps and the lock of the set-up. */
export const stateFolder = path.join(root, ".elbo-lab");

export const venv = path.join(root, ".venv");
export const venvBin = (name) => path.join(venv, windows ? "Scripts" : "bin", windows ? `${name}.exe` : name);

/** The cache for downloads, shared by all checkouts. It is outside node_modules, so it survives reinstalling packages. */
export const cacheFolder =
  process.env.ELBO_LAB_CACHE ||
  path.join(
    process.env.XDG_CACHE_HOME || (windows && process.env.LOCALAPPDATA) || path.join(os.homedir(), ".cache"),
    "elbo-lab",
  );

/** The folder of an installed package, wherever npm hoisted it; undefined if it is not installed. */
export function packageFolder(name) {
  // Found by path, because the `exports` of a package may omit its package.json.
  for (const folder of createRequire(path.join(root, "package.json")).resolve.paths(name) ?? []) {
    const candidate = path.join(folder, ...name.split("/"));
    if (fs.existsSync(path.join(candidate, "package.json"))) return fs.realpathSync(candidate);
  }
  return undefined;
}

/** The package.json of a folder; an empty object if there is none. */
export function packageJson(folder) {
  try {
    return JSON.parse(fs.readFileSync(path.join(folder, "package.json"), "utf8"));
  } catch {
    return {};
  }
}
