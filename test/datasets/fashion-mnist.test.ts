import { mkdtempSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { fashionMnist } from "../../src/datasets/fashion-mnist";
import { readIdx } from "../../src/datasets/files/idx";
import type { ImageDataset } from "../../src/datasets/files/image-dataset";
import { tf } from "../../src/runtime/tensorflow";
import { serve } from "./file-server";

describe("fashionMnist()", () => {
  let data: ImageDataset;
  beforeAll(async () => {
    data = await fashionMnist();
  });
  afterAll(() => data.dispose());

  test("splits the 10,000 training images of the package 9,000 + 1,000 and has all 10,000 for test", () => {
    expect([data.train, data.validation, data.test].map((split) => split?.size)).toEqual([9_000, 1_000, 10_000]);
    expect(data.train.images.shape).toEqual([9_000, 784]);
    expect(data.classes[data.train.labels.dataSync()[0] as number]).toBe("Ankle boot");
  });

  test("has the published first labels, and a thousand test images of each class", () => {
    expect([...data.train.labels.slice(0, 10).dataSync()]).toEqual([9, 0, 0, 3, 0, 2, 7, 2, 5, 5]);
    expect([...data.test.labels.slice(0, 10).dataSync()]).toEqual([9, 2, 1, 1, 6, 1, 4, 6, 5, 7]);
    const counts = data.classes.map((_, label) => tf.equal(data.test.labels, label).sum().dataSync()[0]);
    expect(counts).toEqual(Array(10).fill(1000));
  });

  test("gray values fill [0, 1] and have the known mean of 0.286", () => {
    expect(data.train.images.min().dataSync()[0]).toBe(0);
    expect(data.train.images.max().dataSync()[0]).toBe(1);
    expect(Math.abs((data.train.images.mean().dataSync()[0] as number) - 0.286)).toBeLessThan(0.003);
  });

  test("train and validation are told apart by position, and no image is in both", async () => {
    const all = await fashionMnist({ validation: 0 });
    expect([all.train.size, all.validation]).toEqual([10_000, undefined]);
    const last = all.train.images.slice([9_000, 0], [1_000, -1]);
    expect(
      tf
        .sub(last, data.validation?.images as tf.Tensor2D)
        .abs()
        .max()
        .dataSync()[0],
    ).toBe(0);
    all.dispose();
  });

  test("binary pixels are drawn as for MNIST", async () => {
    const binary = await fashionMnist({ pixels: "binary", train: 50, validation: 0 });
    expect([...new Set(binary.train.images.dataSync())].sort()).toEqual([0, 1]);
    binary.dispose();
  });

  test("dispose() gives everything back", async () => {
    const before = tf.memory().numTensors;
    (await fashionMnist({ train: 100 })).dispose();
    expect(tf.memory().numTensors).toBe(before);
  });

  test.each([
    [
      { train: 55_000 },
      /fashionMnist\(\): train must be a whole number in \[1, 9000\], but got 55000\. .*download: true/,
    ],
    [{ validation: 10_000 }, /validation must be .* \[0, 9999\], but got 10000\. Without a download, there are 10,000/],
    [{ download: true, train: 55_001 }, /train must be a whole number in \[1, 55000\], but got 55001\.$/],
    [{ download: "yes" as never }, /download must be true or false, but got 'yes'/],
    [{ from: "nowhere" }, /from must be an address such as https:\/\/…, but got 'nowhere'/],
    [{ pixels: "grey" as "gray" }, /pixels must be "gray" or "binary", but got 'grey'/],
  ])("refuses %j", async (options, message) => {
    await expect(fashionMnist(options)).rejects.toThrow(message);
  });

  test("a download that fails names the address and the fix, and leaks nothing", async () => {
    vi.stubEnv("ELBO_LAB_CACHE", mkdtempSync(path.join(os.tmpdir(), "elbo-lab-test-")));
    const silent = vi.spyOn(process.stderr, "write").mockReturnValue(true);
    const before = tf.memory().numTensors;
    const from = await serve((_request, response) => void response.writeHead(404).end());
    await expect(fashionMnist({ download: true, from })).rejects.toThrow(
      `train-images-idx3-ubyte.gz could not be fetched from ${from}/train-images-idx3-ubyte.gz: the server answered 404`,
    );
    expect(tf.memory().numTensors).toBe(before);
    silent.mockRestore();
    vi.unstubAllEnvs();
  });
});

describe("readIdx() of a packed file", () => {
  const folder = mkdtempSync(path.join(os.tmpdir(), "elbo-lab-test-"));

  test("unpacks what ends in .gz; the checksum is that of the packed file", async () => {
    const { createHash } = await import("node:crypto");
    const packed = gzipSync(Buffer.from([0, 0, 8, 1, 0, 0, 0, 3, 7, 8, 9]));
    const file = path.join(folder, "three.gz");
    writeFileSync(file, packed);
    const { shape, values } = readIdx({
      file,
      sha256: createHash("sha256").update(packed).digest("hex"),
      fix: "Ask again.",
    });
    expect([shape, [...values]]).toEqual([[3], [7, 8, 9]]);
  });

  test("a fix of the data set's own stands in the message", () => {
    expect(() => readIdx({ file: path.join(folder, "absent.gz"), fix: "Ask again." })).toThrow(
      /absent\.gz cannot be read.*Ask again\./,
    );
  });
});
