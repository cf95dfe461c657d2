import { deflateRawSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { compressedLength } from "../../src/metrics/compressed-length";
import { rng } from "../../src/runtime/rng";
import { tf } from "../../src/runtime/tensorflow";

const lengthOf = (compute: () => tf.Tensor, options = {}): number =>
  tf.tidy(() => compressedLength(compute().reshape([1, -1]) as tf.Tensor2D, options))[0]!;
const byte = 8 * Math.LN2;

describe("compressedLength()", () => {
  test("is deflate's, 8 · ln 2 nats for a byte, where no difference helps", () => {
    const bytes = Uint8Array.from({ length: 784 }, (_, i) => (i % 7 < 3 ? 200 : 17));
    const expected = deflateRawSync(bytes, { level: 9 }).length * byte;
    const found = lengthOf(() => tf.tensor1d(Array.from(bytes, (value) => value / 255)));
    expect(found).toBeLessThanOrEqual(Math.fround(expected));
    expect(found).toBeGreaterThan(expected - 10 * byte);
  });

  test("of noise it is the entropy and a little: there is nothing to compress", () => {
    const noise = lengthOf(() => rng(1).uniform([784]));
    expect(noise / (784 * byte)).toBeGreaterThan(1);
    expect(noise / (784 * byte)).toBeLessThan(1.01);
    // Two levels carry ln 2 nats a pixel, which no lossless code of random ones goes below; eight times that would be a byte each.
    const bits = lengthOf(() => rng(1).uniform([784]), { levels: 2 });
    expect(bits / (784 * Math.LN2)).toBeGreaterThan(1);
    expect(bits / (784 * Math.LN2)).toBeLessThan(2);
  });

  test("is short for a plain image, for an even slope, and for rows that repeat, which differences lay bare", () => {
    expect(lengthOf(() => tf.fill([784], 0.4))).toBeLessThan(12 * byte);
    expect(lengthOf(() => tf.range(0, 784).mul(1 / 783))).toBeLessThan(250 * byte);
    const row = rng(3).uniform([50]);
    expect(lengthOf(() => tf.tile(row, [40]), { columns: 50 })).toBeLessThan(90 * byte);
    // Columns that brighten downward, each at a pace of its own, are alike only as differences to the row above.
    const rising = () => {
      const paces = rng(4).uniform([1, 50]).mul(6).floor().div(255);
      return tf.matMul(tf.range(0, 40).reshape([40, 1]), paces);
    };
    expect(lengthOf(rising, { columns: 50 })).toBeLessThan(0.5 * lengthOf(rising, { columns: 40 }));
    row.dispose();
  });

  test("gives one number of each image, and leaves nothing behind", () => {
    const images = rng(2).uniform([5, 16]) as tf.Tensor2D;
    const before = tf.memory().numTensors;
    expect(compressedLength(images)).toHaveLength(5);
    expect(tf.memory().numTensors).toBe(before);
    images.dispose();
  });

  test.each([
    [{ levels: 300 }, "compressedLength(): levels must be a whole number from 2 to 256, but got 300."],
    [{ columns: 5 }, "compressedLength(): columns must be a divisor of the 16 pixels, but got 5."],
  ])("refuses %o", (options, message) => {
    expect(() => compressedLength(tf.ones([1, 16]), options)).toThrow(message);
    expect(() => compressedLength(tf.fill([1, 16], 2))).toThrow("compressedLength(): images must be numbers in [0, 1]");
    expect(() => compressedLength([0] as never)).toThrow(
      "compressedLength(): images must be a float32 tensor of shape",
    );
  });
});
