import { createRequire } from "node:module";
import os from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";

const windows = process.platform === "win32";

/** The checkout, or the installed package. */
export const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "../..");

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
  try {
    return path.dirname(createRequire(path.join(root, "package.json")).resolve(`${name}/package.json`));
  } catch {
    return undefined;
  }
}
