import os from "node:os";
import path from "node:path";

/**
 * The folder of the files that are fetched on request: that of the set-up's downloads, so that `elbo-lab clean --cache`
 * removes them too. `ELBO_LAB_CACHE` puts it elsewhere.
 */
export function cacheFolder(): string {
  const { ELBO_LAB_CACHE, XDG_CACHE_HOME, LOCALAPPDATA } = process.env;
  if (ELBO_LAB_CACHE) return ELBO_LAB_CACHE;
  const local = process.platform === "win32" ? LOCALAPPDATA : undefined;
  return path.join(XDG_CACHE_HOME || local || path.join(os.homedir(), ".cache"), "elbo-lab");
}
