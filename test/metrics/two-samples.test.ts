import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { frechetDistance } from "../../src/metrics/frechet-distance";
import { mmdTest } from "../../src/metrics/mmd-test";
import { maximumMeanDiscrepancy } from "../../src/objectives/maximum-mean-discrepancy";
import { rng } from "../../src/runtime/rng";
import { tf } from "../../src/runtime/tensorflow";
import { leaked } from "../laws/check";
import { tolerance } from "../tolerance";

beforeEach(() => tf.engine().startScope());
afterEach(() => tf.engine().endScope());

const points = (seed: number, n: number, d = 2) => rng(seed).normal([n, d]) as tf.Tensor2D;

describe("mmdTest()", () => {
  it("has the statistic of maximumMeanDiscrepancy()", () => {
    const [x, y] = [points(1, 40), points(2, 60).mul(1.5) as tf.Tensor2D];
    for (const kernel of ["gaussian", "inverseMultiquadratic"] as const) {
      const expected = maximumMeanDiscrepancy(x, y, { kernel }).dataSync()[0] as number;
      expect(Math.abs(mmdTest(x, y, { kernel, permutations: 19 }).statistic - expected)).toBeLessThan(
        tolerance.float32,
      );
    }
  });

  it("rejects one distribution at 10 % in about one of ten trials: its p-values are uniform", () => {
    const trials = 150;
    const pValues = Array.from(
      { length: trials },
      (_, i) => mmdTest(points(2 * i, 20), points(2 * i + 1, 20), { permutations: 99, seed: i }).pValue,
    );
    for (const level of [0.1, 0.5]) {
      const rejected = pValues.filter((p) => p <= level).length;
      const z = (rejected - level * trials) / Math.sqrt(trials * level * (1 - level));
      expect(Math.abs(z)).toBeLessThan(tolerance.monteCarlo);
    }
  });

  it.each<[string, (x: tf.Tensor2D) => tf.Tensor]>([
    ["a shift", (x) => x.add(0.5)],
    ["another scale", (x) => x.mul(1.6)],
    ["a ring of the same mean and variance", (x) => x.div(x.square().sum(1, true).sqrt()).mul(Math.SQRT2)],
  ])("tells %s from N(0, I)", (_, change) => {
    const { statistic, pValue, permuted } = mmdTest(points(1, 200), change(points(2, 200)) as tf.Tensor2D);
    expect(pValue).toBe(1 / 501);
    expect(statistic).toBeGreaterThan(Math.max(...permuted));
  });

  it("gives the same for the same seed, and leaks nothing", () => {
    const [x, y] = [points(1, 30), points(2, 30)];
    expect(mmdTest(x, y, { seed: 3 })).toEqual(mmdTest(x, y, { seed: 3 }));
    expect(mmdTest(x, y, { seed: 3 }).permuted).not.toEqual(mmdTest(x, y, { seed: 4 }).permuted);
    expect(leaked(() => mmdTest(x, y))).toBe(0);
  });

  it("refuses NaN", () => {
    expect(() => mmdTest(points(1, 5), tf.fill([5, 2], Number.NaN))).toThrow(/y must be finite numbers, but got NaN/);
  });

  it("refuses fewer than 19 permutations and samples of other widths", () => {
    expect(() => mmdTest(points(1, 5), points(2, 5), { permutations: 10 })).toThrow(/a whole number of at least 19/);
    expect(() => mmdTest(points(1, 5), points(2, 5, 3))).toThrow(/mmdTest\(\): y must be points of 2 numbers/);
  });
});

describe("frechetDistance()", () => {
  it("is 0 for the same features and the squared shift for shifted ones", () => {
    const a = points(1, 200, 5);
    expect(frechetDistance(a, a)).toBeCloseTo(0, 6);
    expect(frechetDistance(a, a.add(tf.tensor1d([3, 4, 0, 0, 0])) as tf.Tensor2D)).toBeCloseTo(25, 3);
  });

  it("is Σ (σ₁ − σ₂)² over the axes for features scaled along them, and does not change by a common rotation", () => {
    const a = points(1, 500, 3);
    // Exactly white, so that the closed form has no sampling error.
    const white = tf.linalg.qr(a.sub(a.mean(0)) as tf.Tensor2D)[0].mul(Math.sqrt(499)) as tf.Tensor2D;
    const [one, two] = [white.mul(tf.tensor1d([1, 2, 3])), white.mul(tf.tensor1d([2, 2, 0.5]))] as tf.Tensor2D[];
    const distance = frechetDistance(one as tf.Tensor2D, two as tf.Tensor2D);
    expect(distance).toBeCloseTo(1 + 0 + 6.25, 3);
    const [rotation] = tf.linalg.qr(points(7, 3, 3));
    const turned = [one, two].map((t) => tf.matMul(t as tf.Tensor2D, rotation as tf.Tensor2D)) as tf.Tensor2D[];
    expect(frechetDistance(turned[0] as tf.Tensor2D, turned[1] as tf.Tensor2D)).toBeCloseTo(distance, 3);
    expect(frechetDistance(two as tf.Tensor2D, one as tf.Tensor2D)).toBeCloseTo(distance, 6);
  });

  it("takes fewer examples than features, a covariance without inverse", () => {
    const distance = frechetDistance(points(1, 4, 10), points(2, 4, 10));
    expect(Number.isFinite(distance)).toBe(true);
    expect(distance).toBeGreaterThan(0);
  });

  it("refuses one example, other widths and NaN", () => {
    expect(() => frechetDistance(points(1, 1), points(2, 5))).toThrow(/a must be .*2 examples or more/);
    expect(() => frechetDistance(points(1, 5), points(2, 5, 3))).toThrow(/b must be of 2 features, like a/);
    expect(() => frechetDistance(tf.fill([3, 2], Number.NaN), points(2, 5))).toThrow(/a must be finite numbers/);
  });
});
