import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeEach, describe, expect, test, vi } from "vitest";
import { readTensorFile, writeTensorFile } from "../../src/runtime/tensor-file";
import { tf } from "../../src/runtime/tensorflow";

const folder = mkdtempSync(path.join(tmpdir(), "elbo-lab-tensor-file-"));
afterAll(() => rmSync(folder, { recursive: true }));
const file = path.join(folder, "tensors");

const tensors = {
  weights: tf.tensor2d([
    [1.5, -2, Number.NaN],
    [Number.POSITIVE_INFINITY, 1e-45, -0],
  ]),
  "a/name with spaces/0": tf.tensor1d([1, -(2 ** 31)], "int32"),
  flags: tf.tensor1d([true, false, true], "bool"),
  scalar: tf.scalar(3),
  empty: tf.zeros([0, 4]),
  variable: tf.variable(tf.scalar(7)),
};
const metadata = { note: "naïve ∑ text", state: JSON.stringify({ epoch: 3 }) };
beforeEach(() => writeTensorFile(file, { tensors, metadata }));

describe("a tensor file", () => {
  test("gives back what was written, bit by bit", () => {
    const back = readTensorFile(file);
    expect(back.metadata).toEqual(metadata);
    expect(Object.keys(back.tensors)).toEqual(Object.keys(tensors));
    for (const [name, tensor] of Object.entries(tensors)) {
      const { dtype, shape } = back.tensors[name]!;
      expect([dtype, shape]).toEqual([tensor.dtype, tensor.shape]);
      expect(Buffer.from(back.tensors[name]!.dataSync().slice().buffer)).toEqual(
        Buffer.from(tensor.dataSync().slice().buffer),
      );
    }
    tf.dispose(back.tensors);
  });

  test("is in the safetensors format: aligned data after a header that tells the offsets", () => {
    const bytes = readFileSync(file);
    const start = 8 + Number(bytes.readBigUInt64LE());
    const { __metadata__, ...header } = JSON.parse(bytes.subarray(8, start).toString());
    expect(start % 8).toBe(0);
    expect(__metadata__).toMatchObject(metadata);
    expect(header.weights).toEqual({ dtype: "F32", shape: [2, 3], data_offsets: [0, 24] });
    expect(header.flags.dtype).toBe("BOOL");
    let end = 0;
    for (const { data_offsets } of Object.values<{ data_offsets: [number, number] }>(header)) {
      expect(data_offsets[0]).toBe(end);
      end = data_offsets[1];
    }
    expect(start + end).toBe(bytes.length);
  });

  test("reading and writing hold no other tensors", () => {
    const before = tf.memory().numTensors;
    writeTensorFile(file, { tensors, metadata });
    tf.dispose(readTensorFile(file).tensors);
    expect(tf.memory().numTensors).toBe(before);
  });

  test("tensors of strings cannot be written, and leave no file behind", () => {
    const other = path.join(folder, "strings");
    const text = tf.tensor1d(["a"]) as unknown as tf.Tensor;
    expect(() => writeTensorFile(other, { tensors: { text }, metadata })).toThrow();
    expect(existsSync(other)).toBe(false);
  });
});

describe("a damaged file is refused", () => {
  const refused = (bytes: Uint8Array): string => {
    const damaged = path.join(folder, "damaged");
    writeFileSync(damaged, bytes);
    try {
      readTensorFile(damaged);
    } catch (error) {
      return (error as Error).message;
    }
    return "read";
  };

  test("when any byte has changed", () => {
    const before = tf.memory().numTensors;
    const bytes = readFileSync(file);
    for (let i = 0; i < bytes.length; i++) {
      const changed = Buffer.from(bytes);
      // Every other time into something that is not text.
      changed[i]! ^= i % 2 === 0 ? 1 : 0x80;
      expect(refused(changed), `byte ${i}`).toMatch(/^damaged cannot be used: it/);
    }
    expect(tf.memory().numTensors).toBe(before);
  });

  test("when it is cut off anywhere, or goes on", () => {
    const bytes = readFileSync(file);
    for (let length = 0; length < bytes.length; length++) {
      expect(refused(bytes.subarray(0, length)), `${length} bytes`).toMatch(/^damaged cannot be used: it/);
    }
    expect(refused(Buffer.concat([bytes, Buffer.alloc(1)]))).toContain("it does not match its checksum");
  });

  test.each([
    ["other text", Buffer.from("This is not a tensor file at all."), "it is cut off or not a tensor file"],
    ["a safetensors file of others", safetensors({}), "it has no checksum"],
    [
      "a header that is no JSON",
      Buffer.concat([Buffer.from([2, 0, 0, 0, 0, 0, 0, 0]), Buffer.from("{]")]),
      "not readable",
    ],
  ])("when it is %s", (_, bytes, message) => {
    expect(refused(bytes)).toContain(message);
  });

  test("when it is missing", () => {
    expect(() => readTensorFile(path.join(folder, "nowhere"))).toThrow("ENOENT");
  });
});

function safetensors(header: object): Buffer {
  const text = Buffer.from(JSON.stringify(header));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(text.length));
  return Buffer.concat([length, text]);
}

describe("what other writers left behind", () => {
  const partials = () => readdirSync(folder).filter((name) => name.includes(".partial-"));

  test("is removed when their process is gone, and stays while it runs", () => {
    const gone = Number(execFileSync(process.execPath, ["-p", "process.pid"]).toString());
    writeFileSync(`${file}.partial-${gone}`, "half");
    writeFileSync(`${file}.partial-${process.ppid}`, "being written");
    writeTensorFile(file, { tensors, metadata });
    expect(partials()).toEqual([`tensors.partial-${process.ppid}`]);
    rmSync(`${file}.partial-${process.ppid}`);
  });

  test("a write that fails leaves the old file and nothing else", () => {
    const old = readFileSync(file);
    const cyclic = { ...tensors, bad: tf.scalar(1) };
    vi.spyOn(cyclic.bad, "dataSync").mockImplementation(() => {
      throw new Error("no memory");
    });
    expect(() => writeTensorFile(file, { tensors: cyclic, metadata })).toThrow("no memory");
    const inTheWay = path.join(folder, "folder");
    writeFileSync(path.join(folder, "blocker"), "");
    expect(() => writeTensorFile(path.join(folder, "blocker", "file"), { tensors, metadata })).toThrow();
    expect(() => writeTensorFile(path.join(inTheWay, "file"), { tensors, metadata })).toThrow("ENOENT");
    expect(readFileSync(file)).toEqual(old);
    expect(partials()).toEqual([]);
  });
});
