import path from "node:path";
import { gunzipSync } from "node:zlib";
import { type DataFile, readDataFile } from "./data-file";

/** The content of an IDX file of bytes: the numbers and their shape. */
export interface IdxFile {
  shape: number[];
  values: Uint8Array;
}

/**
 * Reads an IDX file of unsigned bytes (LeCun, Cortes & Burges 1998: magic number, sizes, numbers, all big-endian). A file with
 * a name that ends in `.gz` is decompressed.
 *
 * @throws Error if the file is missing or its checksum differs, with the fix
 */
export function readIdx(file: DataFile): IdxFile {
  const name = path.basename(file.file);
  const packed = readDataFile(file);
  const bytes = name.endsWith(".gz") ? gunzipSync(packed) : packed;
  const type = bytes.readUInt16BE(0) === 0 ? bytes[2] : undefined;
  const rank = bytes[3] ?? 0;
  if (type !== 0x08) throw new Error(`${name} is not an IDX file of unsigned bytes.`);
  const shape = Array.from({ length: rank }, (_, axis) => bytes.readUInt32BE(4 + 4 * axis));
  return { shape, values: bytes.subarray(4 + 4 * rank) };
}
