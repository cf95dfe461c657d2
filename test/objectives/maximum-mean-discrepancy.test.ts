import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { jit } from "../../src/jit/jit";
import {
  type MaximumMeanDiscrepancyOptions,
  maximumMeanDiscrepancy,
} from "../../src/objectives/maximum-mean-discrepancy";
import { rng } from "../../src/runtime/rng";
import { tf } from "../../src/runtime/tensorflow";
import { leaked } from "../laws/check";
import { tolerance } from "../tolerance";

beforeEach(() => tf.engine().startScope());
afterEach(() => tf.engine().endScope());

const points = (seed: number, n: number, d = 2) => rng(seed).normal([n, d]) as tf.Tensor2D;
const number = (t: tf.Tensor): number => t.dataSync()[0] as number;

/** The definition, pair by pair in double precision. */
function byPairs(x: number[][], y: number[][], { kernel, scales, estimator }: MaximumMeanDiscrepancyOptions): number {
  const k = (a: number[], b: number[]): number => {
    const r2 = a.reduce((sum, value, i) => sum + (value - (b[i] as number)) ** 2, 0);
    const of = (c: number) => (kernel === "gaussian" ? Math.exp(-r2 / c) : c / (c + r2));
    return (scales as number[]).reduce((sum, s) => sum + of(2 * a.length * s), 0);
  };
  const average = (a: number[][], b: number[][], skip: boolean): number => {
    let [sum, count] = [0, 0];
    for (const [i, p] of a.entries()) {
      for (const [j, q] of b.entries()) {
        if (skip && i === j) continue;
        sum += k(p, q);
        count++;
      }
    }
    return sum / count;
  };
  const skip = estimator === "unbiased";
  return average(x, x, skip) + average(y, y, skip) - 2 * average(x, y, false);
}

describe("maximumMeanDiscrepancy()", () => {
  it.each(
    (["gaussian", "inverseMultiquadratic"] as const).flatMap((kernel) =>
      (["unbiased", "biased"] as const).map((estimator) => ({ kernel, estimator, scales: [0.3, 2] })),
    ),
  )("is its definition, pair by pair: $kernel, $estimator", (options) => {
    const [x, y] = [points(1, 20, 3), points(2, 30, 3).add(0.5) as tf.Tensor2D];
    const found = number(maximumMeanDiscrepancy(x, y, options));
    expect(Math.abs(found - byPairs(x.arraySync(), y.arraySync(), options))).toBeLessThan(tolerance.float32);
  });

  it("does not change when both samples are shifted far away", () => {
    const [x, y] = [points(1, 50), points(2, 50).mul(2) as tf.Tensor2D];
    const far = (t: tf.Tensor2D) => t.mul(16).round().div(16).add(1024) as tf.Tensor2D;
    const near = (t: tf.Tensor2D) => t.mul(16).round().div(16) as tf.Tensor2D;
    const difference =
      number(maximumMeanDiscrepancy(far(x), far(y))) - number(maximumMeanDiscrepancy(near(x), near(y)));
    expect(Math.abs(difference)).toBeLessThan(tolerance.float32);
  });

  it.each([
    "gaussian",
    "inverseMultiquadratic",
  ] as const)("keeps its digits beside points far away, in x, in y or in both: %s", (kernel) => {
    const options = { kernel, estimator: "unbiased" as const, scales: [0.5, 1] };
    const outlier = tf.tensor2d([
      [1e6, 0],
      [1e6 + 1, 0],
    ]);
    const near = [points(1, 100), points(2, 100)] as const;
    const far = near.map((sample) => tf.concat([sample, outlier]) as tf.Tensor2D) as [tf.Tensor2D, tf.Tensor2D];
    for (const x of [near[0], far[0]]) {
      for (const y of [near[1], far[1]]) {
        const found = number(maximumMeanDiscrepancy(x, y, options));
        expect(Math.abs(found - byPairs(x.arraySync(), y.arraySync(), options))).toBeLessThan(tolerance.float32);
      }
    }
  });

  it("of many points is computed some rows at a time, to the same value", () => {
    const [x, y] = [points(3, 900, 8), points(4, 800, 8)];
    const options = { kernel: "gaussian" as const, estimator: "biased" as const, scales: [1] };
    const found = number(maximumMeanDiscrepancy(x, y, options));
    expect(Math.abs(found - byPairs(x.arraySync(), y.arraySync(), options))).toBeLessThan(tolerance.float32);
  });

  it("unbiased, is 0 on average for samples of one distribution; biased, never negative", () => {
    const values = Array.from({ length: 100 }, (_, seed) =>
      number(maximumMeanDiscrepancy(points(2 * seed, 25), points(2 * seed + 1, 25))),
    );
    const mean = values.reduce((a, b) => a + b) / values.length;
    const sd = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1));
    expect(Math.abs(mean) / (sd / Math.sqrt(values.length))).toBeLessThan(tolerance.monteCarlo);
    expect(Math.min(...values)).toBeLessThan(0);
    for (let seed = 0; seed < 20; seed++) {
      const biased = maximumMeanDiscrepancy(points(2 * seed, 25), points(2 * seed + 1, 25), { estimator: "biased" });
      expect(number(biased)).toBeGreaterThan(0);
    }
  });

  it("has the gradient of central differences, and pulls a shifted sample back", () => {
    const [x, y] = [points(3, 12), points(4, 12)];
    const of = (shift: tf.Tensor) => maximumMeanDiscrepancy(tf.add(x, shift) as tf.Tensor2D, y);
    const slope = number(tf.grad(of)(tf.scalar(0.7)));
    const central = (number(of(tf.scalar(0.71))) - number(of(tf.scalar(0.69)))) / 0.02;
    expect(slope).toBeGreaterThan(0);
    expect(Math.abs(slope - central) / (1 + Math.abs(central))).toBeLessThan(tolerance.gradient);
  });

  it("agrees with itself compiled, gradient included, and leaks nothing", () => {
    const step = (x: tf.Tensor, y: tf.Tensor) => {
      const { value, grad } = tf.valueAndGrad((p) => maximumMeanDiscrepancy(p as tf.Tensor2D, y as tf.Tensor2D))(x);
      return { value, grad };
    };
    const compiled = jit(step);
    const [x, y] = [points(5, 16), points(6, 16)];
    const [eager, graph] = [step(x, y), compiled(x, y)];
    expect(Math.abs(number(eager.value) - number(graph.value))).toBeLessThan(tolerance.float32);
    expect(number(tf.max(tf.abs(tf.sub(eager.grad, graph.grad))))).toBeLessThan(tolerance.float32);
    expect(leaked(() => tf.dispose(maximumMeanDiscrepancy(x, y)))).toBe(0);
    compiled.dispose();
  });

  it("passes NaN on, so that a fit can name the step", () => {
    const broken = tf.concat([points(1, 3), tf.tensor2d([[Number.NaN, 0]])]) as tf.Tensor2D;
    for (const kernel of ["gaussian", "inverseMultiquadratic"] as const) {
      expect(number(maximumMeanDiscrepancy(broken, points(2, 4), { kernel }))).toBeNaN();
      expect(number(maximumMeanDiscrepancy(points(2, 4), broken, { kernel }))).toBeNaN();
    }
  });

  it.each<[string, () => unknown, RegExp]>([
    ["one point", () => maximumMeanDiscrepancy(tf.zeros([1, 2]), points(1, 3)), /x must be .*2 points or more/],
    ["other widths", () => maximumMeanDiscrepancy(points(1, 3, 2), points(1, 3, 4)), /y must be points of 2 numbers/],
    [
      "an unknown kernel",
      () => maximumMeanDiscrepancy(points(1, 3), points(2, 3), { kernel: "linear" as never }),
      /kernel must be "gaussian" or "inverseMultiquadratic", but got 'linear'/,
    ],
    [
      "a scale of 0",
      () => maximumMeanDiscrepancy(points(1, 3), points(2, 3), { scales: [1, 0] }),
      /scales must be finite numbers above 0/,
    ],
    [
      "an unknown estimator",
      () => maximumMeanDiscrepancy(points(1, 3), points(2, 3), { estimator: "linear" as never }),
      /estimator must be "unbiased" or "biased"/,
    ],
  ])("refuses %s", (_, call, message) => expect(call).toThrow(message));
});
