import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import path from "node:path";
import { gunzipSync } from "node:zlib";

/** A file of bytes in the IDX format: the numbers and their shape. */
export interface IdxFile {
  shape: number[];
  values: Uint8Array;
}

/**
 * Reads an IDX file of unsigned bytes (LeCun, Cortes & Burges 1998: magic number, sizes, numbers, all big-endian).
 *
 * @param file its path; one that ends in `.gz` is unpacked
 * @param sha256 what the file, as it lies, must hash to
 * @param fix how to get the right file, a sentence; defaults to reinstalling the packages
 * @throws Error with the fix when the file is missing, or not the file it should be
 */
export function readIdx(file: string, sha256: string, fix = reinstall): IdxFile {
  const name = path.basename(file);
  const packed = read(file, fix);
  const found = createHash("sha256").update(packed).digest("hex");
  if (found !== sha256) {
    throw new Error(`${name} is corrupt: its SHA-256 is ${found}, expected ${sha256} (${packed.length} bytes). ${fix}`);
  }
  const bytes = name.endsWith(".gz") ? gunzipSync(packed) : packed;
  const type = bytes.readUInt16BE(0) === 0 ? bytes[2] : undefined;
  const rank = bytes[3] ?? 0;
  if (type !== 0x08) throw new Error(`${name} is not an IDX file of unsigned bytes.`);
  const shape = Array.from({ length: rank }, (_, axis) => bytes.readUInt32BE(4 + 4 * axis));
  return { shape, values: bytes.subarray(4 + 4 * rank) };
}

function read(file: string, fix: string): Buffer {
  try {
    return readFileSync(file);
  } catch (cause) {
    throw new Error(`The data file ${path.basename(file)} cannot be read: ${(cause as Error).message}. ${fix}`, {
      cause,
    });
  }
}

const reinstall = 'To fix it, reinstall the packages: "npx elbo-lab clean", then "npx elbo-lab setup".';
