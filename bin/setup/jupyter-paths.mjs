import os from "node:os";
import path from "node:path";
import { SetupError } from "./error.mjs";
import { ask } from "./process.mjs";

/** Jupyter's data folder of the current user; see "Common directories and file locations" in Jupyter's documentation. */
export function userDataFolder(env = process.env, platform = process.platform) {
  if (env.JUPYTER_DATA_DIR) return env.JUPYTER_DATA_DIR;
  const home = os.homedir();
  if (platform === "darwin") return path.join(home, "Library/Jupyter");
  if (platform === "win32") return path.join(env.APPDATA || path.join(home, "AppData/Roaming"), "jupyter");
  return path.join(env.XDG_DATA_HOME || path.join(home, ".local/share"), "jupyter");
}

/** Jupyter's data folder in a Python environment. */
export const prefixDataFolder = (prefix) => path.join(path.resolve(prefix), "share/jupyter");

/** The prefix of the active Python environment: that of the `python` that a terminal finds. */
export function activePrefix() {
  for (const command of ["python", "python3"]) {
    const prefix = ask(command, ["-c", "import sys; print(sys.prefix)"]);
    if (prefix) return prefix;
  }
  throw new SetupError(
    "there is no active Python environment",
    "neither python nor python3 can be run",
    "activate the environment that contains Jupyter, or name it: --prefix /path/to/environment",
  );
}
