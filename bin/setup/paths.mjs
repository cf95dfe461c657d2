import fs from "node:fs";
import { createRequire } from "node:module";
import os from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";

const windows = process.platform === "win32";

/** The checkout, or the installed package. */
export const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "../..");

/** True in the repository; false where npm has installed the packed library, which leaves its lock file out. */
export const isCheckout = fs.existsSync(path.join(root, "package-lock.json"));

/** How this command is called: what messages tell the user to run. */
export const command = "npx elbo-lab";

/** Stamps and the lock of the set-up. */
export const stateFolder = path.join(root, ".elbo-lab");

export const venv = path.join(root, ".venv");
export const venvBin = (name) => path.join(venv, windows ? "Scripts" : "bin", windows ? `${name}.exe` : name);

/** Downloads that several checkouts share, outside node_modules so that reinstalling packages keeps them. */
export const cacheFolder =
  process.env.ELBO_LAB_CACHE ||
  path.join(
    process.env.XDG_CACHE_HOME || (windows && process.env.LOCALAPPDATA) || path.join(os.homedir(), ".cache"),
    "elbo-lab",
  );

/** The folder of an installed package, wherever npm has hoisted it; undefined when it is not installed. */
export function packageFolder(name) {
  // By its place, since a package may keep its package.json out of its `exports`.
  for (const folder of createRequire(path.join(root, "package.json")).resolve.paths(name) ?? []) {
    const candidate = path.join(folder, ...name.split("/"));
    if (fs.existsSync(path.join(candidate, "package.json"))) return fs.realpathSync(candidate);
  }
  return undefined;
}

/** The package.json of a folder; empty when there is none. */
export function packageJson(folder) {
  try {
    return JSON.parse(fs.readFileSync(path.join(folder, "package.json"), "utf8"));
  } catch {
    return {};
  }
}
