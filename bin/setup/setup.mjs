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
 * The parts, each built on those before it:
 * `needed()`; `key()`, all that the outcome depends on; `present()`, a quick look at the outcome, in milliseconds;
 * `problem()`, where there is one, a look at every file, in a second; `version()`, a trial, undefined when the part does
 * not work; `make()`.
 */
export const parts = [packages, environment, tensorflow, library, addon, notebookPackages, kernelspec];

/** What only notebooks need. A project that uses the library has it when it has asked for it once. */
const forNotebooks = [environment, notebookPackages, kernelspec];

/** The parts that belong to this folder. */
export const partsHere = (notebooks = false) =>
  parts.filter(
    (part) =>
      part.needed() &&
      (isCheckout || notebooks || !forNotebooks.includes(part) || forNotebooks.some(({ name }) => hasStamp(name))),
  );

/** True when a quick look says that nothing has to be done for a part. */
export const isCurrent = (part) => part.present() && stampIsCurrent(part.name, part.key());

/**
 * Looks at every file of a part and tries it.
 *
 * @returns {{problem: string, version?: undefined} | {problem?: undefined, version: string}}
 */
export function examine(part) {
  const problem = part.present() ? part.problem?.() : "missing or incomplete";
  if (problem) return { problem };
  const version = part.version();
  return version ? { version } : { problem: "there, but it does not work" };
}

/**
 * Makes every part that is missing or out of date; says nothing when all is current.
 *
 * @param {object} options
 * @param {boolean} [options.notebooks] JupyterLab and the kernel too; in the repository they always are
 * @param {boolean} [options.thorough] tries each part afterwards, as `doctor` does, and repairs what does not work
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
  if (!part.present()) throw unrepaired(part, "made, but not there");
  writeStamp(part.name, part.key());
  say(`  done in ${((Date.now() - start) / 1000).toFixed(1)} s`);
}

const unrepaired = (part, problem) =>
  new SetupError(
    `${part.title}: ${problem}`,
    "making it anew did not help",
    `run \`${command} clean${isCheckout ? " --cache" : ""}\`, then this again`,
  );
