import { mkdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { writeNotebook } from "./notebook-file";
import { packageRoot } from "./project";
import { resultsIn, resultsName, resultsPath } from "./results";
import { type NotebookRun, type RunOptions, runNotebook } from "./run-notebook";
import { teaserIn, teaserPath } from "./teaser";

/** Where an executed notebook goes: over the original, into a folder, or nowhere. */
export type Destination = "in-place" | "nowhere" | { folder: string };

/** A run, and the file where its notebook was written. */
export interface WrittenRun extends NotebookRun {
  /** The file with the executed notebook, if it was written. */
  written?: string;
  /** Why the file is not the one that was requested. */
  note?: string;
}

/** The folder for notebooks that must not replace their originals. */
const artifacts = join(packageRoot, ".artifacts", "notebooks");

/**
 * Runs a notebook and writes the outcome. A notebook that passed goes to its destination, with its results and its teaser if that is in
 * place. The outputs of a failed notebook are kept under `.artifacts/`. If somebody saved the notebook while it ran,
 * it is not overwritten.
 */
export async function runAndWrite(path: string, to: Destination, options: RunOptions = {}): Promise<WrittenRun> {
  const savedAt = modified(path);
  const run = await runNotebook(path, options);
  const keep = join(artifacts, basename(path));
  if (run.failures.length > 0) return to === "nowhere" ? run : { ...run, written: write(keep, run) };
  rmSync(keep, { force: true }); // from an earlier run that failed
  if (to === "nowhere") return run;
  if (to !== "in-place") return { ...run, written: write(join(to.folder, basename(path)), run) };
  if (modified(path) !== savedAt) {
    return { ...run, written: write(keep, run), note: "it was saved by someone else while it ran" };
  }
  const parameters = Object.keys(options.parameters ?? {}).length;
  if (parameters === 0) {
    writeResults(path, run);
    writeTeaser(path, run);
  }
  return { ...run, written: write(path, run) };
}

/** The destination of a notebook that was run with other parameters than its own. */
export const parametrizedCopies: Destination = { folder: artifacts };

function write(path: string, run: NotebookRun): string {
  mkdirSync(dirname(path), { recursive: true });
  writeNotebook(path, run.notebook);
  return path;
}

function writeResults(path: string, run: NotebookRun): void {
  const results = resultsIn(run.notebook, resultsName(path));
  if (results === undefined) return;
  mkdirSync(dirname(resultsPath(path)), { recursive: true });
  writeFileSync(resultsPath(path), `${JSON.stringify(results, null, 2)}\n`);
}

function writeTeaser(path: string, run: NotebookRun): void {
  const picture = teaserIn(run.notebook);
  if (picture === undefined) return;
  mkdirSync(dirname(teaserPath(path)), { recursive: true });
  writeFileSync(teaserPath(path), picture);
}

/** The modification time of the file; undefined if there is no file, in which case `runNotebook` throws a clearer error. */
function modified(path: string): number | undefined {
  return statSync(path, { throwIfNoEntry: false })?.mtimeMs;
}
