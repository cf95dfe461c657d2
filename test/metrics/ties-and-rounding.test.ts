import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { normal } from "../../src/distributions/normal";
import { standardNormal } from "../../src/distributions/standard-normal";
import { anomalyThreshold } from "../../src/metrics/anomaly-threshold";
import { factorVaeScore } from "../../src/metrics/factor-vae-score";
import { mmdTest } from "../../src/metrics/mmd-test";
import { normalQuantiles } from "../../src/metrics/normal-quantiles";
import { posteriorCollapse } from "../../src/metrics/posterior-collapse";
import { silhouette } from "../../src/metrics/silhouette";
import { structuralSimilarity } from "../../src/metrics/structural-similarity";
import { rng } from "../../src/runtime/rng";
import { tf } from "../../src/runtime/tensorflow";
import { expectClose } from "../laws/check";
import { tolerance } from "../tolerance";

beforeEach(() => tf.engine().startScope());
afterEach(() => tf.engine().endScope());

const range = (count: number) => Array.from({ length: count }, (_, i) => i);

describe("anomalyThreshold() with equal scores", () => {
  const flagged = (scores: readonly number[], threshold: number) => scores.filter((score) => score >= threshold).length;

  it.each([
    ["100 equal scores", Array(100).fill(1), 0],
    ["100 scores of 0", Array(100).fill(0), 0],
    ["100 scores of −2.5", Array(100).fill(-2.5), 0],
    ["ten equal scores above 90 others", [...Array(90).fill(1), ...Array(10).fill(2)], 0],
    ["three at the top, ten below them", [...Array(87).fill(1), ...Array(10).fill(2), 3, 3, 3], 3],
    ["five at the top", [...range(95), ...Array(5).fill(200)], 5],
    ["no equal scores", range(100), 5],
  ])("flags at most 5 of %s", (_, scores, wanted) => {
    const threshold = anomalyThreshold(scores);
    expect(flagged(scores, threshold)).toBe(wanted);
    // Compared as float32 too.
    const asFloats = tf.greaterEqual(tf.tensor1d(scores), threshold).sum().dataSync()[0];
    expect(asFloats).toBe(wanted);
  });

  it("never flags more than ⌊falseAlarms (n + 1)⌋, and the most that equal scores allow", () => {
    const scores = fc.array(fc.integer({ min: -3, max: 3 }), { minLength: 10, maxLength: 60 });
    fc.assert(
      fc.property(scores, fc.double({ min: 0.1, max: 0.9, noNaN: true }), (values, falseAlarms) => {
        const allowed = Math.floor(falseAlarms * (values.length + 1) + 1e-9);
        const count = flagged(values, anomalyThreshold(values, { falseAlarms }));
        const best = Math.max(
          0,
          ...values.map((value) => flagged(values, value)).filter((c) => c <= Math.min(allowed, values.length)),
        );
        expect(count).toBe(best);
      }),
      { seed: 1, numRuns: 300 },
    );
  });
});

describe("factorVaeScore()", () => {
  const noise = (examples: number) => rng(1).normal([examples, 6]) as tf.Tensor2D;

  it("scores noise by guessing, also where most values of a factor occur once", () => {
    const size = 2000;
    const rows = range(size).map((i) => [i < size / 2 ? i : size + (i % 2), i % 4]);
    const { score, votes } = factorVaeScore(noise(size), tf.tensor2d(rows, [size, 2], "int32"));
    expect(score).toBeLessThan(0.7);
    // No dimension is preferred for being the first.
    expect(Math.max(...votes.map((row) => row[0] as number))).toBeLessThan(200);
  });

  it("gives no vote to copies of one example", () => {
    const codes = tf.tile(rng(2).normal([1, 3]), [4, 1]).concat(rng(3).normal([4, 3])) as tf.Tensor2D;
    const factors = tf.tensor2d([0, 0, 0, 0, 1, 2, 3, 4], [8, 1], "int32");
    const { score, votes } = factorVaeScore(codes, factors);
    expect([score, votes.flat()]).toEqual([0, [0, 0, 0]]);
  });

  it("refuses a factor of which every value occurs once", () => {
    const factors = tf.tensor2d(
      range(20).flatMap((i) => [i % 2, i]),
      [20, 2],
      "int32",
    );
    expect(() => factorVaeScore(noise(20), factors)).toThrow(
      /factors\[:, 1\] must be values that two examples share, but got 'values that occur once each'/,
    );
  });
});

describe("structuralSimilarity() of images with an offset", () => {
  /** The definition in double precision, on one channel. */
  function byWindows(x: Float32Array, y: Float32Array, size: number, dynamicRange = 1): number {
    const offsets = range(11).map((i) => i - 5);
    const weights = offsets.map((d) => Math.exp(-(d ** 2) / (2 * 1.5 ** 2)));
    const whole = weights.reduce((a, b) => a + b);
    const [c1, c2] = [(0.01 * dynamicRange) ** 2, (0.03 * dynamicRange) ** 2];
    const values: number[] = [];
    for (let top = 0; top + 11 <= size; top++) {
      for (let left = 0; left + 11 <= size; left++) {
        const mean = (f: (i: number) => number) =>
          weights.reduce(
            (sum, v, r) => sum + weights.reduce((s, w, c) => s + v * w * f((top + r) * size + left + c), 0),
            0,
          ) /
          whole ** 2;
        const [mx, my] = [mean((i) => x[i] as number), mean((i) => y[i] as number)];
        const vx = mean((i) => ((x[i] as number) - mx) ** 2);
        const vy = mean((i) => ((y[i] as number) - my) ** 2);
        const cov = mean((i) => ((x[i] as number) - mx) * ((y[i] as number) - my));
        values.push(((2 * mx * my + c1) / (mx ** 2 + my ** 2 + c1)) * ((2 * cov + c2) / (vx + vy + c2)));
      }
    }
    return values.reduce((a, b) => a + b) / values.length;
  }

  it.each([0, 1, 1000, -50])("%f is that of double precision, and at most 1", (offset) => {
    const x = rng(5).uniform([1, 14, 14, 1]).add(offset);
    const y = x.add(rng(6).normal(x.shape).mul(0.2));
    const [found] = structuralSimilarity(y, x) as unknown as [number];
    const wanted = byWindows(y.dataSync<"float32">(), x.dataSync<"float32">(), 14);
    expectClose([found], [wanted], tolerance.float32 * 10, "SSIM");
    expect(structuralSimilarity(x, x)[0]).toBe(1);
  });
});

describe("posteriorCollapse()", () => {
  /** A model of which a dimension has its own posterior for some of 100 examples, and the prior for the others. */
  const modelOf = (informative: number) => ({
    prior: standardNormal([1]),
    encode: (x: tf.Tensor) => normal({ mean: x, logVar: tf.zerosLike(x) }),
    x: tf.tensor2d(range(100).map((i) => [i < informative ? 3 : 0])),
  });

  it.each([
    [5, 0.05, "all"],
    [6, 0.05, "none"],
    [10, 0.1, "all"],
    [30, 0.3, "all"],
    [31, 0.3, "none"],
    [0, 0, "all"],
    [1, 0, "none"],
  ] as const)("of a dimension that tells of %d in 100 examples, at δ = %f: %s", (informative, delta, verdict) => {
    const { x, ...model } = modelOf(informative);
    expect(posteriorCollapse(model, x, { delta }).verdict).toBe(verdict);
  });
});

it("normalQuantiles() are finite and exact to float32 for every p", () => {
  // scipy.stats.norm.ppf and, for the last, isf(1 − p)
  const rows = [
    [1e-300, -37.0470962993612],
    [1e-40, -13.31092137142517],
    [1e-9, -5.9978070150076865],
    [0.01, -2.3263478740408408],
    [0.3, -0.5244005127080409],
    [0.5, 0],
    [0.9, 1.2815515655446004],
    [0.999, 3.090232306167813],
    [1 - 1e-9, 5.997807019601637],
    [1 - 2 ** -53, 8.209536151601387],
  ] as const;
  const found = normalQuantiles(rows.map(([p]) => p));
  for (const [i, [, wanted]] of rows.entries()) {
    expect(Math.abs((found[i] as number) - wanted)).toBeLessThanOrEqual(2 ** -23 * Math.abs(wanted));
  }
});

it("silhouette() takes whole numbers", () => {
  const points = tf.tensor2d([0, 0, 1, 0, 10, 10, 11, 10], [4, 2], "int32");
  const clusters = [0, 0, 1, 1];
  expect(silhouette(points, clusters)).toEqual(silhouette(points.toFloat() as tf.Tensor2D, clusters));
});

describe("mmdTest() with exact ties", () => {
  it("has p = 1 where all points are equal", () => {
    expect(mmdTest(tf.ones([5, 2]), tf.ones([7, 2]), { permutations: 99 }).pValue).toBe(1);
  });

  it("counts every permutation of an equal statistic", () => {
    // With k of the four zeros in x the statistic depends on |k − 2| alone: here k = 3, and P(k ≠ 2) = 1 − C(4,2)²/C(8,4).
    const [x, y] = [tf.tensor2d([[0], [0], [0], [1]]), tf.tensor2d([[1], [1], [1], [0]])];
    const permutations = 2000;
    const { pValue } = mmdTest(x, y, { permutations });
    const wanted = 1 - 36 / 70;
    expect(Math.abs(pValue - wanted)).toBeLessThan(
      tolerance.monteCarlo * Math.sqrt((wanted * (1 - wanted)) / permutations),
    );
  });
});
