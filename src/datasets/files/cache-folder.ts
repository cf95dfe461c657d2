import os from "node:os";
import path from "node:path";

/**
 * The folder for downloaded data files. It is the same as for the downloads of set-up, so `elbo-lab clean --cache`
 * removes them too. The environment variable `ELBO_LAB_CACHE` changes it.
 */
export function cacheFolder(): string {
  const { ELBO_LAB_CACHE, XDG_CACHE_HOME, LOCALAPPDATA } = process.env;
  if (ELBO_LAB_CACHE) return ELBO_LAB_CACHE;
  const local = process.platform === "win32" ? LOCALAPPDATA : undefined;
  return path.join(XDG_CACHE_HOME || local || path.join(os.homedir(), ".cache"), "elbo-lab");
}
