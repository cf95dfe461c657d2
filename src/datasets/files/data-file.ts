import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { packageFolder } from "./package-folder";

/** A data file, and how to check it. */
export interface DataFile {
  /** Its path. */
  readonly file: string;
  /** The expected hash of the file, in lowercase hexadecimal; not checked if omitted. */
  readonly sha256?: string;
  /** A sentence that says how to get the correct file. */
  readonly fix: string;
}

const reinstall = 'To fix it, reinstall the packages: "npx elbo-lab clean", then "npx elbo-lab setup".';

/** The folder data/ is beside src/ and dist/. */
const dataFolder = path.join(__dirname, "../../../data");

/** Whether a folder of data/ exists. The repository has all of them; the npm package omits large ones. */
export const hasDataFolder = (name: string): boolean => existsSync(path.join(dataFolder, name));

/**
 * A file in the folder data/.
 *
 * @param otherwise a sentence that says how to get the file if its folder is missing
 */
export const dataFile = (name: string, sha256: string, otherwise?: string): DataFile => ({
  file: path.join(dataFolder, name),
  sha256,
  fix:
    otherwise === undefined || hasDataFolder(path.dirname(name))
      ? "To fix it, restore the folder data/ of the repository."
      : otherwise,
});

/**
 * A file in an npm package with data.
 *
 * @throws Error if the package is not installed, with the fix
 */
export const packageFile = (name: string, file: string, sha256?: string): DataFile => ({
  file: path.join(packageFolder(name), file),
  ...(sha256 !== undefined && { sha256 }),
  fix: reinstall,
});

/**
 * Reads a data file. Loaders read from disk only here.
 *
 * @throws Error if the file is missing or its checksum differs, with the fix
 */
export function readDataFile({ file, sha256, fix }: DataFile): Buffer {
  const name = path.basename(file);
  let bytes: Buffer;
  try {
    bytes = readFileSync(file);
  } catch (cause) {
    throw new Error(`The data file ${name} cannot be read: ${(cause as Error).message}. ${fix}`, { cause });
  }
  if (sha256 === undefined) return bytes;
  const found = createHash("sha256").update(bytes).digest("hex");
  if (found === sha256) return bytes;
  throw new Error(`${name} is corrupt: its SHA-256 is ${found}, expected ${sha256} (${bytes.length} bytes). ${fix}`);
}
