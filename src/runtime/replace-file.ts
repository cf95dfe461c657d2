import { closeSync, fsyncSync, openSync, readdirSync, renameSync, rmSync, writeSync } from "node:fs";
import path from "node:path";

/**
 * Writes a file atomically: it appears under its name only when it is complete and on disk. A process killed at any
 * moment leaves either the old file or the new one. Its unfinished data remain beside the file as `.partial-<process
 * id>` until the next call removes them.
 */
export function replaceFile(file: string, parts: readonly Uint8Array[]): void {
  removeStale(file);
  const partial = `${file}.partial-${process.pid}`;
  try {
    const descriptor = openSync(partial, "w");
    try {
      for (const part of parts) for (let done = 0; done < part.length; ) done += writeSync(descriptor, part, done);
      fsyncSync(descriptor);
    } finally {
      closeSync(descriptor);
    }
    renameSync(partial, file);
  } catch (error) {
    rmSync(partial, { force: true });
    throw error;
  }
}

/** Removes the partial files of processes that have ended. Another live process may be writing the same file. */
function removeStale(file: string): void {
  const prefix = `${path.basename(file)}.partial-`;
  const folder = path.dirname(path.resolve(file));
  for (const name of readdirSync(folder)) {
    if (!name.startsWith(prefix) || isAlive(Number(name.slice(prefix.length)))) continue;
    rmSync(path.join(folder, name), { force: true });
  }
}

function isAlive(processId: number): boolean {
  try {
    // Signal 0 only checks whether the process exists.
    process.kill(processId, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}
