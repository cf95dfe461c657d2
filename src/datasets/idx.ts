import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import path from "node:path";

/** A file of bytes in the IDX format: the numbers and their shape. */
export interface IdxFile {
  shape: number[];
  values: Uint8Array;
}

/**
 * Reads an IDX file of unsigned bytes (LeCun, Cortes & Burges 1998: magic number, sizes, numbers, all big-endian).
 *
 * @param file its path
 * @param sha256 what its contents must hash to
 * @throws Error with the mend when the file is missing, or not the file it should be
 */
export function readIdx(file: string, sha256: string): IdxFile {
  const bytes = read(file);
  const found = createHash("sha256").update(bytes).digest("hex");
  if (found !== sha256) {
    throw new Error(
      `${path.basename(file)} is corrupt: its SHA-256 is ${found}, expected ${sha256} (${bytes.length} bytes). ${mend}`,
    );
  }
  const type = bytes.readUInt16BE(0) === 0 ? bytes[2] : undefined;
  const rank = bytes[3] ?? 0;
  if (type !== 0x08) throw new Error(`${path.basename(file)} is not an IDX file of unsigned bytes.`);
  const shape = Array.from({ length: rank }, (_, axis) => bytes.readUInt32BE(4 + 4 * axis));
  return { shape, values: bytes.subarray(4 + 4 * rank) };
}

function read(file: string): Buffer {
  try {
    return readFileSync(file);
  } catch (cause) {
    throw new Error(`The data file ${path.basename(file)} cannot be read: ${(cause as Error).message}. ${mend}`, {
      cause,
    });
  }
}

const mend = 'To mend it, reinstall the packages: "npx elbo-lab clean", then "npx elbo-lab setup".';
