import { mkdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { writeNotebook } from "./notebook-file";
import { packageRoot } from "./project";
import { resultsIn, resultsName, resultsPath } from "./results";
import { type NotebookRun, type RunOptions, runNotebook } from "./run-notebook";

/** Where an executed notebook goes: over the original, into a folder, or nowhere. */
export type Destination = "in-place" | "nowhere" | { folder: string };

/** A run and where its notebook was written. */
export interface WrittenRun extends NotebookRun {
  /** The file that holds the executed notebook, if any does. */
  written?: string;
  /** Why it is another file than was asked for. */
  note?: string;
}

/** Where notebooks go that must not replace the one they came from. */
const artefacts = join(packageRoot, ".artefacts", "notebooks");

/**
 * Runs a notebook and writes what came of it. Only a notebook that passed goes to its destination (with its results,
 * when that is in place); what a failed one showed so far is kept under `.artefacts/`. A notebook that somebody
 * saved while it ran is not written over.
 */
export async function runAndWrite(path: string, to: Destination, options: RunOptions = {}): Promise<WrittenRun> {
  const savedAt = modified(path);
  const run = await runNotebook(path, options);
  const keep = join(artefacts, basename(path));
  if (run.failures.length > 0) return to === "nowhere" ? run : { ...run, written: write(keep, run) };
  rmSync(keep, { force: true }); // of an earlier run that failed
  if (to === "nowhere") return run;
  if (to !== "in-place") return { ...run, written: write(join(to.folder, basename(path)), run) };
  if (modified(path) !== savedAt) {
    return { ...run, written: write(keep, run), note: "it was saved by someone else while it ran" };
  }
  const parameters = Object.keys(options.parameters ?? {}).length;
  if (parameters === 0) writeResults(path, run);
  return { ...run, written: write(path, run) };
}

/** Where the executed copy of a notebook goes that was run with other parameters than its own. */
export const parametrisedCopies: Destination = { folder: artefacts };

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

/** When the file was last written; undefined when there is none, which `runNotebook` then says better. */
function modified(path: string): number | undefined {
  return statSync(path, { throwIfNoEntry: false })?.mtimeMs;
}
