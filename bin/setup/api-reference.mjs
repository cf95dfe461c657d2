import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { SetupError } from "./error.mjs";
import { withLock } from "./lock.mjs";
import { root, stateFolder } from "./paths.mjs";
import { run, tail } from "./process.mjs";
import { say } from "./say.mjs";
import { contents, removeStamp, stampIsCurrent, treeContents, writeStamp } from "./stamp.mjs";

const name = "api-reference";
const source = path.join(root, "src");
const configuration = path.join(root, "docs");
const generator = path.join(root, "node_modules/typedoc/bin/typedoc");

/**
 * The generated pages. Jupyter's server adds the folder `site/` to its static files, so that the pages are at
 * `static/api/`. At its ordinary address for files (`files/…`) the server sandboxes HTML, and the browser gets neither
 * the style sheet nor the next page.
 */
export const apiFolder = path.join(root, "site/api");

const key = () => contents(path.join(root, "package.json")) + treeContents(configuration) + treeContents(source);

/** Whether the API reference exists and is as new as the sources. */
export const apiReferenceIsCurrent = () =>
  fs.existsSync(path.join(apiFolder, "index.html")) && stampIsCurrent(name, key());

/**
 * Writes the API reference. An unfinished reference never replaces a complete one.
 *
 * @param {{signal?: AbortSignal, isNeeded?: () => boolean}} options `signal` stops the work; `isNeeded` is asked when no
 *   other process writes it, and defaults to yes
 */
export async function writeApiReference({ signal, isNeeded = () => true } = {}) {
  await withLock(path.join(stateFolder, name), async () => {
    if (!isNeeded()) return;
    removeStamp(name);
    const stamp = key();
    const unfinished = `${apiFolder}-unfinished`;
    remove(unfinished);
    const options = ["--options", path.join(configuration, "typedoc.config.mjs"), "--out", unfinished];
    const { status, output } = await run(process.execPath, [generator, ...options], { cwd: root, signal });
    if (status !== 0) {
      remove(unfinished);
      throw new SetupError("typedoc could not write the API reference", tail(output), "correct the lines named above");
    }
    // Warnings do not stop it, but somebody should see them.
    for (const line of output.split("\n").filter((each) => each.includes("[warning]"))) say(line);
    remove(apiFolder);
    fs.renameSync(unfinished, apiFolder);
    writeStamp(name, stamp);
  });
}

/** Writes the API reference in the background if it is missing or older than the sources. Never throws. */
export async function refreshApiReference(signal) {
  try {
    if (!fs.existsSync(configuration) || !fs.existsSync(generator) || apiReferenceIsCurrent()) return;
    // Lowers the priority of this process, which only waits, and of the processes that it starts from now on.
    os.setPriority(os.constants.priority.PRIORITY_LOW);
    await writeApiReference({ signal, isNeeded: () => !apiReferenceIsCurrent() });
  } catch (error) {
    if (!signal.aborted) say(`The kernel's help has no links to the API reference. ${error.message.trim()}`);
  }
}

const remove = (folder) => fs.rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
