import { createHash } from "node:crypto";
import { closeSync, fsyncSync, openSync, readFileSync, renameSync, rmSync, writeSync } from "node:fs";
import path from "node:path";
import { tf } from "./tensorflow";

/** Tensors by name and a record of strings. */
export interface TensorFile {
  tensors: Record<string, tf.Tensor>;
  metadata: Record<string, string>;
}

const dtypes = { float32: "F32", int32: "I32", bool: "BOOL" } as const;
type Header = Record<string, { dtype: string; shape: number[]; data_offsets: [number, number] }>;

/**
 * Writes tensors to one file in the safetensors format (8 bytes length, JSON header, data), which Python reads too.
 *
 * The file appears under its name only when it is complete and on the disk: a crash at any moment leaves either the old
 * file or the new one. Its metadata hold a SHA-256 of the data, which `readTensorFile` verifies.
 */
export function writeTensorFile(file: string, { tensors, metadata }: TensorFile): void {
  const entries = Object.entries(tensors).map(([name, tensor]) => ({ name, tensor, bytes: bytesOf(tensor) }));
  const hash = createHash("sha256");
  for (const { bytes } of entries) hash.update(bytes);
  const header: Record<string, unknown> = { __metadata__: { ...metadata, sha256: hash.digest("hex") } };
  let offset = 0;
  for (const { name, tensor, bytes } of entries) {
    const end = offset + bytes.length;
    header[name] = { dtype: dtypeOf(name, tensor), shape: tensor.shape, data_offsets: [offset, end] };
    offset = end;
  }
  // Padded with spaces, so that the data are aligned.
  const text = Buffer.from(JSON.stringify(header));
  const padded = Buffer.concat([text, Buffer.alloc((8 - (text.length % 8)) % 8, " ")]);
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(padded.length));
  writeAtomically(file, [length, padded, ...entries.map(({ bytes }) => bytes)]);
}

/**
 * Reads what `writeTensorFile` wrote; the tensors are the caller's.
 *
 * @throws Error naming the file when it is missing, cut off, altered, or something else
 */
export function readTensorFile(file: string): TensorFile {
  const bytes = readFileSync(file);
  const bad = (why: string): Error => new Error(`${path.basename(file)} cannot be used: ${why}.`);
  const start = bytes.length < 8 ? Number.NaN : 8 + Number(bytes.readBigUInt64LE());
  if (!(start <= bytes.length)) throw bad("it is cut off or not a tensor file");
  const { header, metadata } = parseHeader(bytes.subarray(8, start), bad);
  const data = bytes.subarray(start);
  const { sha256, ...rest } = metadata;
  if (createHash("sha256").update(data).digest("hex") !== sha256) throw bad("its data do not match its checksum");
  const tensors = Object.entries(header).map(
    ([
      name,
      {
        dtype,
        shape,
        data_offsets: [from, to],
      },
    ]) => {
      // A copy, since the data in the file's buffer need not be aligned.
      const part = Uint8Array.prototype.slice.call(data, from, to);
      return [name, tensorOf(dtype, shape, part.buffer as ArrayBuffer)] as const;
    },
  );
  return { tensors: Object.fromEntries(tensors), metadata: rest };
}

function parseHeader(text: Buffer, bad: (why: string) => Error): { header: Header; metadata: Record<string, string> } {
  try {
    const { __metadata__: metadata, ...header } = JSON.parse(text.toString("utf8"));
    if (typeof metadata?.sha256 !== "string") throw bad("it has no checksum");
    return { header, metadata };
  } catch (error) {
    throw error instanceof SyntaxError ? bad("its header is not readable") : error;
  }
}

function writeAtomically(file: string, parts: Uint8Array[]): void {
  const partial = `${file}.partial-${process.pid}`;
  try {
    const descriptor = openSync(partial, "w");
    try {
      for (const part of parts) for (let done = 0; done < part.length; ) done += writeSync(descriptor, part, done);
      fsyncSync(descriptor);
    } finally {
      closeSync(descriptor);
    }
    renameSync(partial, file);
  } catch (error) {
    rmSync(partial, { force: true });
    throw error;
  }
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
