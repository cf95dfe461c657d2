import { describe, expect, test } from "vitest";
import { normal } from "../../src/distributions/normal";
import { standardNormal } from "../../src/distributions/standard-normal";
import { activeUnits } from "../../src/metrics/active-units";
import { normalQuantiles } from "../../src/metrics/normal-quantiles";
import { ratePerDimension } from "../../src/metrics/rate-per-dimension";
import { rng } from "../../src/runtime/rng";
import { tf } from "../../src/runtime/tensorflow";

describe("activeUnits()", () => {
  test("counts the dimensions whose posterior mean varies by more than the threshold", () => {
    const scales = tf.tensor1d([1, 0.2, 0.05, 0]);
    const means = rng(0).normal([2000, 4]).mul(scales) as tf.Tensor2D;
    const { count, variances } = activeUnits(means);
    expect(count).toBe(2);
    expect(variances[0]).toBeCloseTo(1, 1);
    expect(variances[3]).toBe(0);
    expect(activeUnits(means, { threshold: 0.001 }).count).toBe(3);
  });

  test("refuses a single example and a negative threshold", () => {
    expect(() => activeUnits(tf.zeros([1, 3]))).toThrow(
      /means must be .*2 examples or more, but got a tensor of type float32 and shape \[1,3\]/,
    );
    expect(() => activeUnits(tf.zeros([2, 3]), { threshold: -1 })).toThrow(/threshold must be .* but got -1/);
  });
});

test("ratePerDimension() is the mean KL of each dimension, ½(μ² + σ² − 1 − log σ²), over all batches", () => {
  const means = rng(1).normal([2500, 3]);
  const logVar = tf.tensor([[0, -1, 2]]).tile([2500, 1]);
  const model = {
    prior: standardNormal([3]),
    encode: (x: tf.Tensor) => normal({ mean: x, logVar: tf.slice(logVar, 0, x.shape[0] ?? 0) }),
  };
  const expected = tf.tidy(() => means.square().add(logVar.exp()).sub(1).sub(logVar).mul(0.5).mean(0).dataSync());
  const rates = ratePerDimension(model, means);
  expect(rates.length).toBe(3);
  for (const [i, rate] of rates.entries()) expect(rate).toBeCloseTo(expected[i] as number, 4);
});

describe("normalQuantiles()", () => {
  test("has the values of the tables and their symmetry", () => {
    const [low, quarter, median, high] = normalQuantiles([0.025, 0.25, 0.5, 0.975]) as unknown as number[];
    expect(low).toBeCloseTo(-1.959964, 5);
    expect(quarter).toBeCloseTo(-0.6744898, 5);
    expect(median).toBeCloseTo(0, 6);
    expect(high).toBeCloseTo(1.959964, 5);
  });

  test.each([[[0]], [[1]], [[Number.NaN]], [[]]])("refuses %j", (probabilities) => {
    expect(() => normalQuantiles(probabilities)).toThrow(/probabilities must be numbers above 0 and below 1/);
  });
});
