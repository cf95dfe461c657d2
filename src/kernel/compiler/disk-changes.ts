import { statSync } from "node:fs";
import { dirname, join } from "node:path";
import type { DirectoryWatcherCallback, FileWatcher, FileWatcherCallback } from "@tslab/typescript-for-tslab";
import { ts } from "../base/load-tslab";

/** A file whose change is younger than this (ms) may change again without a trace in its times. */
const unsettledFor = 100;

const absent = "absent";

/** The files that installers of packages write last. */
const installerFiles = [".package-lock.json", ".modules.yaml", ".yarn-integrity"];

/** The compiler's view of the disk, which changes only when it is asked to. */
export interface DiskChanges {
  /** Take the places of the functions of `ts.sys`. */
  watchFile(path: string, callback: FileWatcherCallback): FileWatcher;
  watchDirectory(path: string, callback: DirectoryWatcherCallback): FileWatcher;
  /** Reports to the compiler what has changed since the last call; returns the files that have. */
  notice(): string[];
  /** Forgets every file and folder. */
  clear(): void;
}

/**
 * TypeScript's watch mode and tslab react to file events as they come, in the middle of other work: two kinds of timers
 * then compete for tslab's one slot ("Unexpected pending rebuildTimer"), and every later cell fails. Here nothing watches.
 * The layer compares the files of the program with the disk right before a cell is compiled, and at no other time, so
 * that a cell sees what the previous cell wrote and no write can reach the compiler in between.
 *
 * Files of packages are compared only after something was installed or removed.
 *
 * @param folder The notebook's folder.
 */
export function createDiskChanges(folder: string): DiskChanges {
  const files = new Set<{ path: string; callback: FileWatcherCallback; stamp: string }>();
  const directories = new Set<{ path: string; callback: DirectoryWatcherCallback }>();
  let installed = installedStamp(folder);

  function register<T>(set: Set<T>, entry: T): FileWatcher {
    set.add(entry);
    return { close: () => void set.delete(entry) };
  }

  return {
    watchFile: (path, callback) => register(files, { path, callback, stamp: stampOf(path) }),
    watchDirectory: (path, callback) => register(directories, { path, callback }),
    notice() {
      const before = installed;
      installed = installedStamp(folder);
      const changed: string[] = [];
      for (const file of [...files]) {
        if (installed === before && file.path.includes("/node_modules/")) continue;
        const stamp = stampOf(file.path);
        if (stamp === file.stamp) continue;
        const { Created, Changed, Deleted } = ts.FileWatcherEventKind;
        const kind = stamp === absent ? Deleted : file.stamp === absent ? Created : Changed;
        file.stamp = stamp;
        changed.push(file.path);
        file.callback(file.path, kind);
      }
      // A folder's own name stands for everything in it.
      if (installed !== before) for (const { path, callback } of [...directories]) callback(path);
      return changed;
    },
    clear() {
      files.clear();
      directories.clear();
    },
  };
}

let unsettled = 0;

/** A text that differs when the file differs. The time of the inode's last change cannot be set back, as `mtime` can. */
function stampOf(path: string): string {
  try {
    const { ctimeMs, size, ino } = statSync(path);
    if (Date.now() - ctimeMs < unsettledFor) return `unsettled ${++unsettled}`;
    return `${ctimeMs} ${size} ${ino}`;
  } catch {
    return absent;
  }
}

/** Differs after packages were installed or removed, in any folder in which Node looks for them. */
function installedStamp(folder: string): string {
  const stamps: string[] = [];
  for (let at = folder; ; at = dirname(at)) {
    const packages = join(at, "node_modules");
    stamps.push(stampOf(packages), ...installerFiles.map((name) => stampOf(join(packages, name))));
    if (at === dirname(at)) return stamps.join();
  }
}
