import { describe, expect, it } from "vitest";
import { blobs } from "../../src/datasets/blobs";
import { tf } from "../../src/runtime/tensorflow";
import { tolerance } from "../tolerance";

const distance = (a: readonly number[], b: readonly number[]): number => Math.hypot(...a.map((x, j) => x - b[j]!));

describe("blobs()", () => {
  it.each([
    { centers: 4, dimensions: 30, separation: 12, seed: 1 },
    { centers: 7, dimensions: 2, separation: 3, seed: 2 },
    { centers: 2, dimensions: 1, separation: 1, seed: 3 },
  ])("puts the two nearest of $centers centers $separation apart", (options) => {
    const set = blobs({ examples: 50, ...options });
    const centers = set.centers.arraySync();
    const apart = centers.flatMap((a, i) => centers.slice(i + 1).map((b) => distance(a, b)));
    expect(Math.abs(Math.min(...apart) / options.separation - 1)).toBeLessThan(tolerance.float32);
    expect(set.x.shape).toEqual([50, options.dimensions]);
    expect(set.labels.dtype).toBe("int32");
    set.dispose();
  });

  it("shares the points out equally, in no order", () => {
    const set = blobs({ examples: 10, centers: 4, seed: 5 });
    const labels = Array.from(set.labels.dataSync());
    const counts = [0, 1, 2, 3].map((label) => labels.filter((one) => one === label).length);
    expect(counts).toEqual([3, 3, 2, 2]);
    expect(labels).not.toEqual(Array.from(labels, (_, i) => i % 4));
    set.dispose();
  });

  it("scatters them normally around their own center, with the spread that was asked for", () => {
    const [examples, dimensions, spread] = [4000, 5, 1.5];
    const set = blobs({ examples, dimensions, spread, seed: 7 });
    const [mean, square, fourth] = tf.tidy(() => {
      const off = set.x.sub(tf.gather(set.centers, set.labels)).div(spread);
      return [off.mean(), off.square().mean(), off.pow(4).mean()].map((one) => one.dataSync()[0]!);
    });
    const draws = examples * dimensions;
    // Moments of N(0, 1): 0, 1 and 3, with variances 1, 2 and 96 of a single draw.
    expect(Math.abs(mean!) * Math.sqrt(draws)).toBeLessThan(tolerance.monteCarlo);
    expect(Math.abs(square! - 1) * Math.sqrt(draws / 2)).toBeLessThan(tolerance.monteCarlo);
    expect(Math.abs(fourth! - 3) * Math.sqrt(draws / 96)).toBeLessThan(tolerance.monteCarlo);
    set.dispose();
  });

  it("is the same for the same seed and another for another one, and leaves nothing behind", () => {
    const before = tf.memory().numTensors;
    const [one, again, other] = [1, 1, 2].map((seed) => blobs({ examples: 20, seed }));
    expect(again!.x.arraySync()).toEqual(one!.x.arraySync());
    expect(other!.x.arraySync()).not.toEqual(one!.x.arraySync());
    for (const set of [one, again, other]) set!.dispose();
    expect(tf.memory().numTensors).toBe(before);
  });

  it("with spread 0 gives the centers themselves", () => {
    const set = blobs({ examples: 8, spread: 0, dimensions: 3 });
    expect(set.x.arraySync()).toEqual(tf.tidy(() => tf.gather(set.centers, set.labels).arraySync()));
    set.dispose();
  });

  it.each([
    [{ examples: 0 }, /examples.*at least 1.*0/s],
    [{ centers: 1 }, /centers.*at least 2.*1/s],
    [{ examples: 3, centers: 4 }, /centers.*at most the 3 examples.*4/s],
    [{ dimensions: 1.5 }, /dimensions.*whole number.*1\.5/s],
    [{ separation: 0 }, /separation.*above 0.*0/s],
    [{ separation: Number.NaN }, /separation.*above 0.*NaN/s],
    [{ spread: -1 }, /spread.*at least 0.*-1/s],
  ])("refuses %j", (options, message) => {
    expect(() => blobs(options)).toThrow(message);
  });
});
