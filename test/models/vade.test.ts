import { afterAll, describe, expect, test } from "vitest";
import { fullNormal } from "../../src/distributions/full-normal";
import { kl } from "../../src/distributions/kl";
import { logSumExp } from "../../src/distributions/log-sum-exp";
import { monteCarloKl } from "../../src/distributions/monte-carlo-kl";
import { normal } from "../../src/distributions/normal";
import { vade } from "../../src/models/vade";
import { type Rng, rng } from "../../src/runtime/rng";
import { tf } from "../../src/runtime/tensorflow";
import { tolerance } from "../tolerance";

const [clusters, latentDim] = [3, 2];
const model = vade({ dataShape: 6, latentDim, hidden: [5], clusters, seed: 1 });
const given = {
  weights: [0.5, 0.2, 0.3],
  means: [
    [0, 1],
    [4, -3],
    [-5, 2],
  ],
  variances: [
    [1, 0.5],
    [0.2, 0.3],
    [2, 1],
  ],
};
model.setPrior(given);
const x = tf.tidy(() => rng(2).uniform([40, 6]).less(0.5).toFloat());
afterAll(() => {
  model.dispose();
  x.dispose();
});

/** log π_c − KL(q ‖ p(z | c)) of every component, by the library's divergence of two normals: [clusters, batch]. */
const scores = (): tf.Tensor => {
  const posterior = model.encode(x);
  const ones = tf.onesLike(posterior.mean());
  return tf.stack(
    given.weights.map((weight, c) => {
      const component = normal({
        mean: tf.mul(ones, tf.tensor1d(given.means[c] as number[])),
        logVar: tf.mul(ones, tf.log(tf.tensor1d(given.variances[c] as number[]))),
      });
      return tf.sub(Math.log(weight), kl(posterior, component));
    }),
  );
};

describe("vade()", () => {
  test("the rate is −log Σ π_c exp(−KL(q ‖ p(z | c)))", () => {
    tf.tidy(() => {
      const expected = logSumExp(scores(), 0).neg().dataSync();
      const rate = model.terms(x, rng(3)).rate.dataSync();
      for (const [i, value] of expected.entries()) {
        expect(Math.abs((rate[i] as number) - value)).toBeLessThan(10 * tolerance.float32 * (1 + Math.abs(value)));
      }
    });
  });

  test("which is no less than the divergence from the mixture, and is that divergence where the components lie far apart", () => {
    const excess = (): { mean: number; standardError: number } =>
      tf.tidy(() => {
        const rate = model.terms(x, rng(3)).rate;
        const estimates = Array.from({ length: 20 }, (_, i) => monteCarloKl(model.encode(x), model.prior, rng(i), 500));
        const differences = tf.stack(estimates.map((estimate) => tf.mean(tf.sub(rate, estimate))));
        const { mean, variance } = tf.moments(differences);
        return { mean: value(mean), standardError: Math.sqrt(value(variance) / estimates.length) };
      });
    const near = excess();
    expect(near.mean).toBeGreaterThan(-tolerance.monteCarlo * near.standardError);
    model.setPrior({ ...given, means: given.means.map((row) => row.map((mean) => 20 * mean)) });
    const far = excess();
    model.setPrior(given);
    expect(Math.abs(far.mean)).toBeLessThan(tolerance.monteCarlo * far.standardError);
  });

  test("responsibilities are q(c | x) ∝ π_c exp(−KL), and assign() takes the greatest", () => {
    tf.tidy(() => {
      const expected = tf.softmax(tf.transpose(scores()));
      const found = model.responsibilities(x);
      expect(found.shape).toEqual([40, clusters]);
      expect(tf.max(tf.abs(tf.sub(found, expected))).dataSync()[0]).toBeLessThan(10 * tolerance.float32);
      expect([...model.assign(x).dataSync()]).toEqual([...tf.argMax(expected, 1).dataSync()]);
    });
  });

  test("draws of one cluster come from its component, draws of all from the mixture", () => {
    tf.tidy(() => {
      const codes = () => rng(7).split(2)[0] as Rng;
      const component = normal({
        mean: tf.tensor2d([given.means[1]!]),
        logVar: tf.log(tf.tensor2d([given.variances[1]!])),
      });
      const decoded = (z: tf.Tensor) => model.decode(z.reshape([200, latentDim])).mean();
      for (const [found, expected] of [
        [model.sample(200, { seed: 7, cluster: 1 }), decoded(component.sample(codes(), 200))],
        [model.sample(200, { seed: 7 }), decoded(model.prior.sample(codes(), 200))],
      ] as const) {
        expect(value(tf.max(tf.abs(tf.sub(found, expected))))).toBeLessThan(tolerance.float32);
      }
    });
  });

  test("the bound lies below log p(x), and importance sampling tells it", async () => {
    const estimate = await model.logLikelihood(x, { samples: 2000, seed: 5 });
    const bounds = tf.tidy(() => {
      const draws = Array.from({ length: 200 }, (_, i) => {
        const { distortion, rate } = model.terms(x, rng(i));
        return tf.neg(tf.add(distortion, rate));
      });
      return tf.mean(tf.stack(draws), 0).dataSync();
    });
    const found = estimate.dataSync();
    for (const [i, bound] of bounds.entries()) expect(bound).toBeLessThan((found[i] as number) + 0.2);
    estimate.dispose();
  });

  test("with full covariances the rate, the prior and the responsibilities are those of the matrices given", () => {
    const covariances: [[number, number], [number, number]][] = [
      [
        [1, 0.6],
        [0.6, 0.5],
      ],
      [
        [0.2, -0.2],
        [-0.2, 0.3],
      ],
      [
        [2, 0],
        [0, 1],
      ],
    ];
    const tilted = vade({ dataShape: 6, latentDim, hidden: [5], clusters, seed: 1, covariance: "full" });
    tilted.setPrior({ ...given, covariances });
    tf.tidy(() => {
      const posterior = tilted.encode(x);
      const [m, s] = [posterior.mean().arraySync() as number[][], posterior.variance().arraySync() as number[][]];
      // log π_c − KL(q ‖ p(z | c)), by hand for two dimensions.
      const expected = m.map(([m0, m1], i) =>
        covariances.map(([[a, b], [, d]], c) => {
          const determinant = a * d - b * b!;
          const [s0, s1] = s[i] as [number, number];
          const [u, v] = [m0! - given.means[c]![0]!, m1! - given.means[c]![1]!];
          const trace = (d * s0 + a * s1) / determinant;
          const square = (d * u * u - 2 * b * u * v + a * v * v) / determinant;
          return Math.log(given.weights[c]!) - 0.5 * (trace + square - 2 + Math.log(determinant / (s0 * s1)));
        }),
      );
      const rate = tilted.terms(x, rng(3)).rate.dataSync();
      const shares = tilted.responsibilities(x);
      const wanted = tf.softmax(tf.tensor2d(expected));
      expect(value(tf.max(tf.abs(tf.sub(shares, wanted))))).toBeLessThan(10 * tolerance.float32);
      for (const [i, row] of expected.entries()) {
        const found = -Math.log(row.reduce((sum, score) => sum + Math.exp(score), 0));
        expect(Math.abs(rate[i]! - found)).toBeLessThan(10 * tolerance.float32 * (1 + Math.abs(found)));
      }
      const lower = covariances.map(([[a, b], [, d]]) => [
        [Math.sqrt(a), 0],
        [b / Math.sqrt(a), Math.sqrt(d - (b * b) / a)],
      ]);
      const density = (c: number, z: tf.Tensor): tf.Tensor =>
        fullNormal({ mean: tf.tensor2d([given.means[c]!]), scaleTril: tf.tensor3d([lower[c]!]) }).logProb(z);
      const z = rng(4).normal([7, 1, latentDim]).mul(3);
      const sum = logSumExp(
        tf.stack(given.weights.map((weight, c) => tf.add(density(c, z).reshape([7]), Math.log(weight)))),
        0,
      );
      const difference = tf.sub(tilted.prior.logProb(z).reshape([7]), sum);
      expect(value(tf.max(tf.abs(difference)))).toBeLessThan(1e-4);
    });
    expect(() =>
      tilted.setPrior({
        ...given,
        covariances: [
          ...covariances.slice(0, 2),
          [
            [1, 2],
            [2, 1],
          ],
        ],
      }),
    ).toThrow(/covariances\[2\] must be a symmetric, positive definite matrix of 2 × 2 numbers/);
    expect(() => tilted.setPrior({ ...given, covariances: covariances.slice(1) })).toThrow(
      /3 matrices, one per cluster/,
    );
    expect(() => vade({ dataShape: 6, latentDim: 2, clusters: 3, covariance: "spherical" as never })).toThrow(
      /covariance must be "diagonal" or "full"/,
    );
    tilted.dispose();
  });

  test("setPrior() is read back by prior(), and tells what does not fit", () => {
    tf.tidy(() => {
      const { components, logits } = model.prior.distribution().parameters as unknown as {
        components: { mean(): tf.Tensor; variance(): tf.Tensor };
        logits: tf.Tensor;
      };
      expect(components.mean().arraySync()).toEqual(given.means);
      for (const [i, share] of tf.softmax(logits).dataSync().entries()) expect(share).toBeCloseTo(given.weights[i]!, 6);
    });
    const wrong = (part: object) => () => model.setPrior({ ...given, ...part });
    expect(wrong({ weights: [0.5, 0.2] })).toThrow("setPrior(): weights must be 3 numbers of at least 0");
    expect(wrong({ weights: [0.5, 0.2, 0.4] })).toThrow(/the sum of weights must be 1/);
    expect(wrong({ means: [[0, 0]] })).toThrow(/means must be 3 lists, one per cluster/);
    expect(
      wrong({
        variances: [
          [1, 1],
          [1, 0],
          [1, 1],
        ],
      }),
    ).toThrow(/variances\[1\] must be 2 numbers above 0/);
    expect(() => model.sample(3, { cluster: 3 })).toThrow(/cluster must be a whole number from 0 to 2, but got 3/);
    expect(() => vade({ dataShape: 6, latentDim: 2, clusters: 0 })).toThrow(/clusters/);
  });
});

const value = (tensor: tf.Tensor): number => tensor.dataSync()[0] as number;
