import { statSync } from "node:fs";
import { dirname, join } from "node:path";
import type { FileWatcher, FileWatcherCallback } from "typescript";
import { ts } from "../base/typescript";

/** A file changed within this time (ms) may change again without a new timestamp. */
const unsettledFor = 100;

const absent = "absent";

/** The files that package managers write last. */
const installerFiles = [".package-lock.json", ".modules.yaml", ".yarn-integrity"];

/** The compiler's view of the disk, which changes only on request. */
export interface DiskChanges {
  /** Replaces the function of `ts.sys`. */
  watchFile(path: string, callback: FileWatcherCallback): FileWatcher;
  /**
   * Reports all changes since the last call to the compiler. Returns the changed files, and whether packages were
   * installed or removed.
   */
  notice(): { changed: string[]; installed: boolean };
  /** Forgets every file. */
  clear(): void;
}

/**
 * tslab reacts to file events as they arrive, in the middle of other work. The layer does not watch files. Just before a cell is compiled, and at no other time, it compares the files of the program with
 * the disk. A cell sees everything the previous cell wrote, and no write reaches the compiler in between.
 *
 * Files of packages are compared only after a package was installed or removed.
 *
 * @param folder The notebook's folder.
 */
export function createDiskChanges(folder: string): DiskChanges {
  const files = new Set<{ path: string; callback: FileWatcherCallback; stamp: string }>();
  let packages = installedStamp(folder);

  return {
    watchFile(path, callback) {
      const file = { path, callback, stamp: stampOf(path) };
      files.add(file);
      return { close: () => void files.delete(file) };
    },
    notice() {
      const before = packages;
      packages = installedStamp(folder);
      const installed = packages !== before;
      const changed: string[] = [];
      for (const file of [...files]) {
        if (!installed && file.path.includes("/node_modules/")) continue;
        const stamp = stampOf(file.path);
        if (stamp === file.stamp) continue;
        const { Created, Changed, Deleted } = ts.FileWatcherEventKind;
        const kind = stamp === absent ? Deleted : file.stamp === absent ? Created : Changed;
        file.stamp = stamp;
        changed.push(file.path);
        file.callback(file.path, kind);
      }
      return { changed, installed };
    },
    clear: () => files.clear(),
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
