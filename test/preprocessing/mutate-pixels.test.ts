import { describe, expect, test } from "vitest";
import { mutatePixels } from "../../src/preprocessing/images/mutate-pixels";
import { tf } from "../../src/runtime/tensorflow";
import { tolerance } from "../tolerance";

const images = tf.fill([40, 500], 0.3);
const values = (compute: () => tf.Tensor): Float32Array => tf.tidy(() => compute().dataSync<"float32">());

describe("mutatePixels()", () => {
  test.each([0.1, 0.5])("replaces pixels with probability %d by gray levels, all of them equally often", (rate) => {
    const levels = 5;
    const changed = Array.from(values(() => mutatePixels(images, { rate, levels, seed: 1 }))).filter(
      (value) => value !== Math.fround(0.3),
    );
    const z = (found: number, p: number, n: number) => (found - n * p) / Math.sqrt(n * p * (1 - p));
    expect(Math.abs(z(changed.length, rate, images.size))).toBeLessThan(tolerance.monteCarlo);
    for (const level of [0, 0.25, 0.5, 0.75, 1]) {
      const count = changed.filter((value) => value === level).length;
      expect(Math.abs(z(count, 1 / levels, changed.length))).toBeLessThan(tolerance.monteCarlo);
    }
  });

  test("what a lower rate replaces, a higher one replaces alike; the ends are nothing and everything", () => {
    const [few, many, all] = [0.1, 0.4, 1].map((rate) => values(() => mutatePixels(images, { rate, seed: 2 })));
    for (const [i, value] of few!.entries()) if (value !== Math.fround(0.3)) expect(many![i]).toBe(value);
    expect(many).not.toEqual(few);
    expect(values(() => mutatePixels(images, { rate: 0, seed: 2 }))).toEqual(values(() => images.clone()));
    const levels = Array.from(all!, (value) => Math.round(value * 255) / 255);
    for (const [i, value] of all!.entries()) expect(value).toBe(Math.fround(levels[i]!));
  });

  test.each([
    [{ rate: 1.5 }, "mutatePixels(): rate must be a probability in [0, 1], but got 1.5."],
    [{ rate: 0.1, levels: 1 }, "mutatePixels(): levels must be a whole number of at least 2, but got 1."],
  ])("refuses %o", (options, message) => {
    expect(() => mutatePixels(images, options)).toThrow(message);
    expect(() => mutatePixels([1] as never, { rate: 0.1 })).toThrow("mutatePixels(): images must be a float32 tensor");
  });
});
