import { addon } from "./addon.mjs";
import { environment } from "./environment.mjs";
import { SetupError } from "./error.mjs";
import { kernelspec } from "./kernelspec.mjs";
import { library } from "./library.mjs";
import { withLock } from "./lock.mjs";
import { packages } from "./packages.mjs";
import { say } from "./say.mjs";
import { removeStamp, stampIsCurrent, writeStamp } from "./stamp.mjs";
import { tensorflow } from "./tensorflow.mjs";

/**
 * The parts, each built on those before it:
 * `needed()`; `key()`, all that the outcome depends on; `present()`, a quick look at the outcome; `make()`; `version()`, a
 * thorough look for the doctor, undefined when the part does not work.
 */
export const parts = [packages, environment, tensorflow, addon, library, kernelspec];

/** True when nothing has to be done for a part. */
export const isCurrent = (part) => !part.needed() || (part.present() && stampIsCurrent(part.name, part.key()));

/** Makes every part that is missing or out of date; says nothing when all is current. */
export async function setup() {
  if (parts.every(isCurrent)) return;
  await withLock(async () => {
    for (const part of parts) if (!isCurrent(part)) await make(part);
  });
}

async function make(part) {
  say(`• ${part.title}`);
  const start = Date.now();
  removeStamp(part.name);
  await part.make();
  if (!part.present()) {
    throw new SetupError(
      `${part.title}: made, but not there`,
      "its files are missing",
      "run `elbo-lab clean`, then this again",
    );
  }
  writeStamp(part.name, part.key());
  say(`  done in ${((Date.now() - start) / 1000).toFixed(1)} s`);
}
