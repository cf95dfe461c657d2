import { describe, expect, test } from "vitest";
import { medianFilter } from "../../src/preprocessing/images/median-filter";
import { resizeBicubic } from "../../src/preprocessing/images/resize-bicubic";
import { rng } from "../../src/runtime/rng";
import { tf } from "../../src/runtime/tensorflow";
import reference from "../reference/images.json";
import { tolerance } from "../tolerance";

const image = (values: readonly (readonly number[])[]) =>
  tf.tensor2d(values as number[][]).reshape([1, values.length, values[0]?.length ?? 0, 1]) as tf.Tensor4D;

function allNear(tensor: tf.Tensor, expected: readonly (readonly number[])[]): void {
  const values = tensor.dataSync();
  expect(values.length).toBe(expected.flat().length);
  for (const [i, value] of expected.flat().entries()) {
    expect(Math.abs((values[i] as number) - value)).toBeLessThan(tolerance.float32 * (1 + Math.abs(value)));
  }
}

describe("medianFilter()", () => {
  test.each(reference.medians)("with a window of $size it is scipy's", ({ size, result }) => {
    tf.tidy(() => allNear(medianFilter(image(reference.image), { size }), result));
  });

  test("filters each image and each channel by itself", () => {
    tf.tidy(() => {
      const images = rng(1).uniform([2, 6, 7, 3]) as tf.Tensor4D;
      const together = medianFilter(images);
      for (const [i, channel] of [
        [0, 2],
        [1, 0],
      ] as const) {
        const own = (all: tf.Tensor4D) => tf.slice(all, [i, 0, 0, channel], [1, -1, -1, 1]);
        expect([...own(together).dataSync()]).toEqual([...medianFilter(own(images)).dataSync()]);
      }
    });
  });

  test("refuses even windows and other shapes", () => {
    tf.tidy(() => {
      expect(() => medianFilter(image(reference.image), { size: 4 })).toThrow(/size.*odd number.*4/s);
      expect(() => medianFilter(tf.ones([2, 3]) as never)).toThrow(/images.*\[images, height, width, channels\]/s);
    });
  });
});

describe("resizeBicubic()", () => {
  test.each(reference.enlargements)("to $size it is Pillow's", ({ size, result }) => {
    tf.tidy(() => allNear(resizeBicubic(image(reference.image), size as [number, number]), result));
  });

  test("refuses sizes that are none", () => {
    tf.tidy(() => {
      expect(() => resizeBicubic(image(reference.image), [0, 4])).toThrow(/size.*at least 1/s);
    });
  });
});
