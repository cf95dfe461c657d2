import { statSync } from "node:fs";
import { dirname, join } from "node:path";
import type { DirectoryWatcherCallback, FileWatcher, FileWatcherCallback } from "@tslab/typescript-for-tslab";
import { ts } from "../base/load-tslab";

/** A file changed within this time (ms) may change again without a new timestamp. */
const unsettledFor = 100;

const absent = "absent";

/** The files that package managers write last. */
const installerFiles = [".package-lock.json", ".modules.yaml", ".yarn-integrity"];

/** The compiler's view of the disk, which changes only on request. */
export interface DiskChanges {
  /** Replacements for the functions of `ts.sys`. */
  watchFile(path: string, callback: FileWatcherCallback): FileWatcher;
  watchDirectory(path: string, callback: DirectoryWatcherCallback): FileWatcher;
  /** Reports all changes since the last call to the compiler, and returns the changed files. */
  notice(): string[];
  /** Forgets every file and folder. */
  clear(): void;
}

/**
 * TypeScript's watch mode and tslab react to file events as they arrive, in the middle of other work. Two kinds of timers
 * then compete for tslab's only slot ("Unexpected pending rebuildTimer"), and every later cell fails. The layer therefore
 * does not watch files. Just before a cell is compiled, and at no other time, it compares the files of the program with
 * the disk. A cell sees everything the previous cell wrote, and no write reaches the compiler in between.
 *
 * Files of packages are compared only after a package was installed or removed.
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
      // The name of a folder means everything in it.
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

/** A string that changes when the file changes. Unlike `mtime`, the time of the inode's last change cannot be set back. */
function stampOf(path: string): string {
  try {
    const { ctimeMs, size, ino } = statSync(path);
    if (Date.now() - ctimeMs < unsettledFor) return `unsettled ${++unsettled}`;
    return `${ctimeMs} ${size} ${ino}`;
  } catch {
    return absent;
  }
}

/** A string that changes when packages are installed or removed in any folder that Node searches. */
function installedStamp(folder: string): string {
  const stamps: string[] = [];
  for (let at = folder; ; at = dirname(at)) {
    const packages = join(at, "node_modules");
    stamps.push(stampOf(packages), ...installerFiles.map((name) => stampOf(join(packages, name))));
    if (at === dirname(at)) return stamps.join();
  }
}
