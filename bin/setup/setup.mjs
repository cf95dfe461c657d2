import { addon } from "./addon.mjs";
import { environment } from "./environment.mjs";
import { SetupError } from "./error.mjs";
import { kernelspec } from "./kernelspec.mjs";
import { library } from "./library.mjs";
import { withLock } from "./lock.mjs";
import { notebookPackages } from "./notebook-packages.mjs";
import { packages } from "./packages.mjs";
import { command, isCheckout, stateFolder } from "./paths.mjs";
import { say } from "./say.mjs";
import { hasStamp, removeStamp, stampIsCurrent, writeStamp } from "./stamp.mjs";
import { tensorflow } from "./tensorflow.mjs";

/**
 * The parts of the set-up; each depends on the previous ones. `needed()` tells whether this machine needs the part;
 * `key()` returns all inputs of its outcome; `present()` checks the outcome quickly, in milliseconds; `problem()`, if
 * it exists, checks every file, in about a second; `version()` tries the part and returns undefined if it does not
 * work; `make()` builds it.
 */
export const parts = [packages, environment, tensorflow, library, addon, notebookPackages, kernelspec];

/** The parts that only notebooks need. A project that uses the library has them after it has asked for them once. */
const forNotebooks = [environment, notebookPackages, kernelspec];

/** The parts that this folder needs. */
export const partsHere = (notebooks = false) =>
  parts.filter(
    (part) =>
      part.needed() &&
      (isCheckout || notebooks || !forNotebooks.includes(part) || forNotebooks.some(({ name }) => hasStamp(name))),
  );

/** True if the quick check finds that a part needs no work. */
export const isCurrent = (part) => part.present() && stampIsCurrent(part.name, part.key());

/**
 * Checks every file of a part and tries it.
 *
 * @returns {{problem: string, version?: undefined} | {problem?: undefined, version: string}}
 */
export function examine(part) {
  const problem = part.present() ? part.problem?.() : "missing or incomplete";
  if (problem) return { problem };
  const version = part.version();
  return version ? { version } : { problem: "it exists, but it does not work" };
}

/**
 * Builds every part that is missing or out of date. Prints nothing if all parts are current.
 *
 * @param {object} options
 * @param {boolean} [options.notebooks] also set up JupyterLab and the kernel; in the repository they are always
 *   included
 * @param {boolean} [options.thorough] then try each part, like `doctor`, and repair what does not work
 */
export async function setup({ notebooks = false, thorough = false } = {}) {
  if (!thorough && partsHere(notebooks).every(isCurrent)) return;
  await withLock(stateFolder, async () => {
    for (const part of partsHere(notebooks)) {
      if (!isCurrent(part)) await make(part);
      if (!thorough) continue;
      const { problem } = examine(part);
      if (!problem) continue;
      say(`• ${part.title}: ${problem}`);
      await make(part);
      const left = examine(part);
      if (left.problem) throw unrepaired(part, left.problem);
    }
  });
}

async function make(part) {
  say(`• ${part.title}`);
  const start = Date.now();
  removeStamp(part.name);
  await part.make();
  if (!part.present()) throw unrepaired(part, "it was built, but it is missing");
  writeStamp(part.name, part.key());
  say(`  done in ${((Date.now() - start) / 1000).toFixed(1)} s`);
}

const unrepaired = (part, problem) =>
  new SetupError(
    `${part.title}: ${problem}`,
    "building it again did not help",
    `run \`${command} clean${isCheckout ? " --cache" : ""}\`, then this again`,
  );
