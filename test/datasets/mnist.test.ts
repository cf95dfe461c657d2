import { mkdtempSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { readIdx } from "../../src/datasets/files/idx";
import type { ImageDataset } from "../../src/datasets/files/image-dataset";
import { mnist } from "../../src/datasets/mnist";
import { tf } from "../../src/runtime/tensorflow";

describe("mnist()", () => {
  let data: ImageDataset;
  beforeAll(async () => {
    data = await mnist();
  });
  afterAll(() => data.dispose());

  test("splits the training file 55,000 + 5,000 and keeps the 10,000 of the test file", () => {
    expect([data.train, data.validation, data.test].map((split) => split?.size)).toEqual([55_000, 5_000, 10_000]);
    expect(data.train.images.shape).toEqual([55_000, 784]);
    expect(data.test.labels.shape).toEqual([10_000]);
  });

  test("has the published first labels and counts of each digit in the test set", () => {
    expect([...data.train.labels.slice(0, 10).dataSync()]).toEqual([5, 0, 4, 1, 9, 2, 1, 3, 1, 4]);
    const counts = Array.from({ length: 10 }, (_, digit) => tf.equal(data.test.labels, digit).sum().dataSync()[0]);
    expect(counts).toEqual([980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009]);
  });

  test("gray values fill [0, 1] and have the known mean 0.1307", () => {
    expect(data.train.images.min().dataSync()[0]).toBe(0);
    expect(data.train.images.max().dataSync()[0]).toBe(1);
    expect(data.train.images.mean().dataSync()[0]).toBeCloseTo(0.1307, 3);
  });

  test("binary pixels are zeros and ones with the gray values as probabilities, the same for the same seed", async () => {
    const [a, b, c] = await Promise.all([0, 0, 1].map((seed) => mnist({ pixels: "binary", seed, train: 2000 })));
    const values = (set: ImageDataset | undefined) => set?.train.images.dataSync() ?? new Float32Array();
    expect([...new Set(values(a))].sort()).toEqual([0, 1]);
    // As bytes: comparing millions of numbers one by one takes the test runner a minute.
    const bytes = (set: ImageDataset | undefined) => Buffer.from(values(set).buffer);
    expect(bytes(a).equals(bytes(b))).toBe(true);
    expect(bytes(a).equals(bytes(c))).toBe(false);
    const gray = data.train.images.slice(0, 2000);
    // Standard error of the mean of 1.6 million Bernoulli variables with variance of at most ¼.
    const difference = tf
      .sub(a?.train.images.mean() ?? 0, gray.mean())
      .abs()
      .dataSync()[0];
    expect(difference).toBeLessThan((5 * 0.5) / Math.sqrt(2000 * 784));
    for (const set of [a, b, c]) set?.dispose();
  });

  test("validation: 0 trains on all 60,000 and has no validation split", async () => {
    const all = await mnist({ validation: 0 });
    expect([all.train.size, all.validation]).toEqual([60_000, undefined]);
    all.dispose();
  });

  test("dispose() gives everything back", async () => {
    const before = tf.memory().numTensors;
    (await mnist({ train: 100 })).dispose();
    expect(tf.memory().numTensors).toBe(before);
  });

  test.each([
    [{ validation: -1 }, /mnist\(\): validation must be a whole number in \[0, 59999\], but got -1/],
    [{ validation: Number.NaN }, /validation must be .* but got NaN/],
    [{ validation: 5000, train: 55_001 }, /train must be a whole number in \[1, 55000\], but got 55001/],
    [{ pixels: "grey" as "gray" }, /pixels must be "gray" or "binary", but got 'grey'/],
  ])("refuses %j", async (options, message) => {
    await expect(mnist(options)).rejects.toThrow(message);
  });
});

describe("readIdx()", () => {
  const folder = mkdtempSync(path.join(os.tmpdir(), "elbo-lab-test-"));

  test("a corrupt file gives its name, both checksums and the fix", () => {
    const file = path.join(folder, "train-images-idx3-ubyte");
    writeFileSync(file, "half a file");
    expect(() => readIdx({ file, sha256: "00".repeat(32), fix: "To fix it, ask again." })).toThrow(
      /train-images-idx3-ubyte is corrupt: its SHA-256 is [0-9a-f]{64}, expected 0{64} \(11 bytes\)\. To fix it/,
    );
  });

  test("a missing file gives its name and the fix", () => {
    expect(() => readIdx({ file: path.join(folder, "absent"), fix: "To fix it, ask again." })).toThrow(
      /absent cannot be read: ENOENT.*To fix it/,
    );
  });
});
