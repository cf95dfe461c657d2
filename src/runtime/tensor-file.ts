import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import path from "node:path";
import { replaceFile } from "./replace-file";
import { tf } from "./tensorflow";

/** Tensors by name, and metadata as a record of strings. */
export interface TensorFile {
  tensors: Record<string, tf.Tensor>;
  metadata: Record<string, string>;
}

const dtypes = { float32: "F32", int32: "I32", bool: "BOOL" } as const;
type Header = Record<string, { dtype: string; shape: number[]; data_offsets: [number, number] }>;

/** Placeholder for the checksum in the header while the checksum is computed. */
const blank = "0".repeat(64);

/**
 * Writes tensors to one file in the safetensors format (8-byte length, JSON header, data), which Python can read too.
 *
 * A crash at any moment leaves either the old file or the new one. The metadata contain a SHA-256 checksum of the
 * header and the data, which `readTensorFile` verifies.
 *
 * @throws Error for tensors of strings or complex numbers
 */
export function writeTensorFile(file: string, { tensors, metadata }: TensorFile): void {
  const entries = Object.entries(tensors).map(([name, tensor]) => ({ name, tensor, bytes: bytesOf(tensor) }));
  const header: Record<string, unknown> = { __metadata__: { sha256: blank, ...metadata } };
  let offset = 0;
  for (const { name, tensor, bytes } of entries) {
    const end = offset + bytes.length;
    header[name] = { dtype: dtypeOf(name, tensor), shape: tensor.shape, data_offsets: [offset, end] };
    offset = end;
  }
  const text = Buffer.from(JSON.stringify(header));
  // Padded with spaces to align the data.
  const padded = Buffer.concat([text, Buffer.alloc((8 - (text.length % 8)) % 8, " ")]);
  const data = entries.map(({ bytes }) => bytes);
  // The first placeholder is the checksum's, because it is the first entry of the header.
  padded.write(sha256([padded, ...data]), padded.indexOf(blank));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(padded.length));
  replaceFile(file, [length, padded, ...data]);
}

/**
 * Reads a file written by `writeTensorFile`. The caller owns the tensors.
 *
 * @throws Error naming the file, if it is missing, truncated, altered, or not a tensor file
 */
export function readTensorFile(file: string): TensorFile {
  const bytes = readFileSync(file);
  const bad = (why: string): Error => new Error(`${path.basename(file)} cannot be used: ${why}.`);
  const start = bytes.length < 8 ? Number.NaN : 8 + Number(bytes.readBigUInt64LE());
  if (!(start <= bytes.length)) throw bad("it is cut off or not a tensor file");
  const text = bytes.subarray(8, start);
  const data = bytes.subarray(start);
  const { header, metadata } = parseHeader(text, bad);
  const { sha256: checksum, ...rest } = metadata;
  if (!/^[0-9a-f]{64}$/.test(checksum ?? "")) throw bad("it has no checksum");
  text.write(blank, text.indexOf(checksum as string));
  if (sha256([text, data]) !== checksum) throw bad("it does not match its checksum, so it is cut off or damaged");
  const tensors: Record<string, tf.Tensor> = {};
  for (const [name, { dtype, shape, data_offsets }] of Object.entries(header)) {
    // A copy, because the data in the file's buffer may not be aligned.
    const part = Uint8Array.prototype.slice.call(data, ...data_offsets);
    tensors[name] = tensorOf(dtype, shape, part.buffer as ArrayBuffer);
  }
  return { tensors, metadata: rest };
}

function parseHeader(text: Buffer, bad: (why: string) => Error): { header: Header; metadata: Record<string, string> } {
  try {
    const { __metadata__: metadata = {}, ...header } = JSON.parse(text.toString("utf8"));
    return { header, metadata };
  } catch {
    throw bad("its header is not readable, so it is damaged or not a tensor file");
  }
}

function sha256(parts: readonly Uint8Array[]): string {
  const hash = createHash("sha256");
  for (const part of parts) hash.update(part);
  return hash.digest("hex");
}

function bytesOf(tensor: tf.Tensor): Uint8Array {
  const values = tensor.dataSync();
  return new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
}

function dtypeOf(name: string, tensor: tf.Tensor): string {
  const dtype = dtypes[tensor.dtype as keyof typeof dtypes];
  if (dtype === undefined) throw new Error(`${name}: tensors of type ${tensor.dtype} cannot be written.`);
  return dtype;
}

function tensorOf(dtype: string, shape: number[], buffer: ArrayBuffer): tf.Tensor {
  if (dtype === "F32") return tf.tensor(new Float32Array(buffer), shape, "float32");
  if (dtype === "I32") return tf.tensor(new Int32Array(buffer), shape, "int32");
  if (dtype === "BOOL") return tf.tensor(new Uint8Array(buffer), shape, "bool");
  throw new Error(`Tensors of type ${dtype} cannot be read.`);
}
