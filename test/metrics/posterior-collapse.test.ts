import { describe, expect, test } from "vitest";
import { normal } from "../../src/distributions/normal";
import { standardNormal } from "../../src/distributions/standard-normal";
import { activeUnits } from "../../src/metrics/active-units";
import { posteriorCollapse } from "../../src/metrics/posterior-collapse";
import { rng } from "../../src/runtime/rng";
import { tf } from "../../src/runtime/tensorflow";

/** An encoder that answers N(scale · x, e^logVar) dimension by dimension. */
const encoder = (scale: number[], logVar: number[]) => ({
  prior: standardNormal([scale.length]),
  encode: (x: tf.Tensor) =>
    normal({ mean: tf.mul(x, tf.tensor2d([scale])), logVar: tf.mul(tf.onesLike(x), tf.tensor2d([logVar])) }),
});
const x = rng(0).normal([2500, 3]) as tf.Tensor2D;

describe("posteriorCollapse()", () => {
  test("names the dimensions whose posterior is the prior", () => {
    const model = encoder([1, 0, 0.001], [-2, 0, 0]);
    const found = posteriorCollapse(model, x);
    expect(found.dimensions).toEqual([1, 2]);
    expect([...found.shares]).toEqual([0, 1, 1]);
    expect(found.verdict).toBe("some");
  });

  test("tells a collapsed dimension from an inactive one that still costs something", () => {
    const model = encoder([1, 0, 0], [-2, -3, 0]); // the second says the same of every x, but not what the prior says
    const means = model.encode(x).mean() as tf.Tensor2D;
    expect(activeUnits(means).count).toBe(1);
    expect(posteriorCollapse(model, x).dimensions).toEqual([2]);
  });

  test("says none and all", () => {
    expect(posteriorCollapse(encoder([1, 1, 1], [-2, -2, -2]), x).verdict).toBe("none");
    expect(posteriorCollapse(encoder([0, 0, 0], [0, 0, 0]), x).verdict).toBe("all");
  });

  test("draws the line at ε nats for a share of 1 − δ of the examples", () => {
    // With σ = 1 the rate is ½ μ²: below ½ ε where |x| < √ε / scale, for 68.3 % of normal x at √ε / scale = 1.
    const model = encoder([1, 1, 1], [0, 0, 0]);
    const share = posteriorCollapse(model, x, { epsilon: 0.5 }).shares[0] as number;
    const standardError = Math.sqrt((0.6827 * 0.3173) / 2500);
    expect(Math.abs(share - 0.6827)).toBeLessThan(5 * standardError);
    expect(posteriorCollapse(model, x, { epsilon: 0.5, delta: 0.25 }).verdict).toBe("none");
    expect(posteriorCollapse(model, x, { epsilon: 0.5, delta: 0.38 }).verdict).toBe("all");
  });

  test("leaves no tensors behind", () => {
    const model = encoder([1, 1, 1], [0, 0, 0]);
    const before = tf.memory().numTensors;
    tf.tidy(() => {
      posteriorCollapse(model, x); // the encoder above makes tensors of its own
    });
    expect(tf.memory().numTensors).toBe(before);
  });

  test("refuses options out of range, no examples, and rates that are NaN", () => {
    const model = encoder([1, 1, 1], [0, 0, 0]);
    expect(() => posteriorCollapse(model, x, { epsilon: 0 })).toThrow(
      /epsilon must be a finite number above 0, but got 0/,
    );
    expect(() => posteriorCollapse(model, x, { delta: Number.NaN })).toThrow(/delta must be a number in \[0, 1\)/);
    expect(() => posteriorCollapse(model, tf.zeros([0, 3]))).toThrow(/x must be a tensor with at least one example/);
    expect(() => posteriorCollapse(encoder([Number.NaN, 1, 1], [0, 0, 0]), x)).toThrow(
      /example 0, dimension 0, is NaN/,
    );
  });
});
