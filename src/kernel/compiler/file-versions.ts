import type { __String, IScriptSnapshot, System } from "typescript";
import { ts } from "../base/typescript";

/** The texts of a program's files. The compiler reads a file again when its version has changed. */
export interface FileVersions {
  versionOf(file: string): string;
  snapshotOf(file: string): IScriptSnapshot | undefined;
  /** Reads the files of the cell. With `force`, they count as changed even if their texts are the same. */
  readCell(force: boolean): void;
}

/**
 * @param cellFiles The files that change with every cell.
 * @param system tslab's view of the file system. It serves the cell's files and reports changes of all others.
 * @param onCell Called when tslab has changed a file of the cell.
 * @param onChange Called with the name of a file that has a new version.
 */
export function createFileVersions(
  cellFiles: readonly string[],
  system: System,
  onCell: () => void,
  onChange: (file: string) => void,
): FileVersions {
  const versions = new Map<string, number>();
  const cellTexts = new Map<string, string | undefined>();
  const snapshots = new Map<string, { version: string; snapshot: IScriptSnapshot | undefined }>();

  function change(file: string): void {
    versions.set(file, (versions.get(file) ?? 0) + 1);
    onChange(file);
  }

  function versionOf(file: string): string {
    if (!versions.has(file)) {
      change(file);
      system.watchFile!(file, cellFiles.includes(file) ? onCell : () => change(file));
    }
    return String(versions.get(file));
  }

  return {
    versionOf,
    // The compiler asks for the text of every file, each time it builds a program.
    snapshotOf(file) {
      const version = versionOf(file);
      const known = snapshots.get(file);
      if (known?.version === version) return known.snapshot;
      const text = cellFiles.includes(file) ? cellTexts.get(file) : system.readFile(file);
      const snapshot = text === undefined ? undefined : ts.ScriptSnapshot.fromString(text);
      snapshots.set(file, { version, snapshot });
      return snapshot;
    },
    readCell(force) {
      for (const file of cellFiles) {
        versionOf(file);
        const text = withRealNames(system.readFile(file));
        if (!force && cellTexts.get(file) === text) continue;
        cellTexts.set(file, text);
        change(file);
      }
    },
  };
}

/**
 * tslab ends a cell with an `export` of all its names, as the compiler stores them: with another underscore before two, and
 * `__global` for `declare global`. This writes the names of the cell.
 */
function withRealNames(text: string | undefined): string | undefined {
  return text?.replace(/^export \{(.*__.*)\}$/m, (_, list: string) => {
    const names = list.split(", ").filter((name) => name !== "__global");
    return `export {${names.map((name) => ts.unescapeLeadingUnderscores(name as __String)).join(", ")}}`;
  });
}
