import { afterAll, describe, expect, test } from "vitest";
import { fitGaussianMixture } from "../../src/models/classical/fit-gaussian-mixture";
import { vade } from "../../src/models/vade";
import { rng } from "../../src/runtime/rng";
import { tf } from "../../src/runtime/tensorflow";
import reference from "../reference/scores.json";

const { points, ...expected } = reference.mixture;
const x = tf.tensor2d(points);
afterAll(() => x.dispose());

/** EM ends where the likelihood is flat, so that parameters agree less closely than the likelihood does. */
const [likelihoodError, parameterError] = [1e-4, 2e-2];

describe.each(["full", "diagonal"] as const)("fitGaussianMixture() with %s covariances", (covariance) => {
  const fitted = fitGaussianMixture(x, { components: 3, covariance, tolerance: 1e-7, iterations: 2000, seed: 1 });
  const truth = expected[covariance];

  test("ends at scikit-learn's likelihood and parameters", () => {
    expect(fitted.converged).toBe(true);
    expect(Math.abs(fitted.logLikelihood - truth.logLikelihood)).toBeLessThan(likelihoodError);
    for (const [c, mean] of truth.means.entries()) {
      const distances = fitted.means.map((other) => Math.hypot(...other.map((value, j) => value - mean[j]!)));
      const own = distances.indexOf(Math.min(...distances));
      expect(distances[own]).toBeLessThan(parameterError);
      expect(Math.abs(fitted.weights[own]! - truth.weights[c]!)).toBeLessThan(parameterError);
      for (const [i, row] of truth.covariances[c]!.entries()) {
        expect(Math.abs(fitted.variances[own]![i]! - row[i]!)).toBeLessThan(parameterError);
        for (const [j, value] of (covariance === "full" ? row : []).entries()) {
          expect(Math.abs(fitted.covariances![own]![i]![j]! - value)).toBeLessThan(parameterError);
        }
      }
    }
  });

  test("logProb() has the likelihood as its mean; responsibilities sum to 1, and assign() takes the greatest", () => {
    tf.tidy(() => {
      expect(fitted.logProb(x).mean().dataSync()[0]).toBeCloseTo(fitted.logLikelihood, 4);
      const shares = fitted.responsibilities(x);
      expect(shares.shape).toEqual([240, 3]);
      for (const sum of shares.sum(1).dataSync()) expect(sum).toBeCloseTo(1, 5);
      expect([...fitted.assign(x).dataSync()]).toEqual([...shares.argMax(1).dataSync()]);
      const far = tf.tensor2d([[1e4, -1e4, 1e4]]);
      expect(Number.isFinite(fitted.logProb(far).dataSync()[0])).toBe(true);
      expect(fitted.responsibilities(far).sum().dataSync()[0]).toBeCloseTo(1, 5);
    });
  });

  test("more iterations never lower the likelihood", () => {
    const steps = [1, 2, 4, 8, 16].map((iterations) =>
      fitGaussianMixture(x, { components: 3, covariance, iterations, restarts: 1, tolerance: 1e-12 }),
    );
    const values = steps.map(({ logLikelihood }) => logLikelihood);
    for (let i = 1; i < values.length; i++) expect(values[i]!).toBeGreaterThan(values[i - 1]! - 1e-5);
  });
});

describe("fitGaussianMixture()", () => {
  test("leaves no tensors behind, and the same seed finds the same", () => {
    const before = tf.memory().numTensors;
    const [one, other] = [0, 0].map((seed) => fitGaussianMixture(x, { components: 4, seed, iterations: 20 }));
    expect(one!.means).toEqual(other!.means);
    expect(tf.memory().numTensors).toBe(before);
  });

  test("a component on copies of one point does not break it", () => {
    const copies = tf.tidy(() => tf.concat([tf.zeros([30, 2]), rng(1).normal([30, 2]).add(8)]) as tf.Tensor2D);
    const { logLikelihood, weights } = fitGaussianMixture(copies, { components: 2 });
    expect(Number.isFinite(logLikelihood)).toBe(true);
    expect(weights.map((weight) => Math.round(100 * weight)).sort()).toEqual([50, 50]);
    copies.dispose();
  });

  test.each([
    "full",
    "diagonal",
  ] as const)("more components than places, %s covariance: none is left at the origin without examples", (covariance) => {
    // Ten copies of each of three places, far from the origin: k-means leaves clusters empty.
    const copies = tf.tidy(() =>
      tf.tile(
        tf.tensor2d([
          [5, 5],
          [6, 5],
          [5, 6],
        ]),
        [10, 1],
      ),
    ) as tf.Tensor2D;
    const { means, weights, variances } = fitGaussianMixture(copies, { components: 6, covariance });
    for (const mean of means) for (const value of mean) expect(value).toBeGreaterThan(4.9);
    for (const variance of variances) for (const value of variance) expect(Number.isFinite(value)).toBe(true);
    expect(weights.reduce((sum, weight) => sum + weight, 0)).toBeCloseTo(1, 5);
    copies.dispose();
  });

  test("a component that dies is placed where points fit worst, and finds the cluster there", () => {
    // Three clusters; the third is small and far off.
    const points = tf.tidy(() => {
      const noise = rng(3).normal([210, 2]);
      const centers = tf.concat([tf.zeros([100, 2]), tf.fill([100, 2], 20), tf.fill([10, 2], -60)]);
      return noise.add(centers) as tf.Tensor2D;
    });
    const fitted = fitGaussianMixture(points, { components: 3 });
    const smallest = Math.min(...fitted.weights);
    expect(smallest).toBeCloseTo(10 / 210, 3);
    points.dispose();
  });

  test("may be handed to vade()", () => {
    const model = vade({ dataShape: 6, latentDim: 3, hidden: [4], clusters: 3 });
    const fitted = fitGaussianMixture(x, { components: 3, covariance: "diagonal" });
    model.setPrior(fitted);
    tf.tidy(() => {
      const byPrior = model.prior.logProb(x).mean().dataSync()[0] as number;
      expect(byPrior).toBeCloseTo(fitted.logLikelihood, 3);
    });
    model.dispose();
  });

  test("errors name what is wrong", () => {
    expect(() => fitGaussianMixture(x, { components: 240 })).toThrow(/components must be fewer than the 240 examples/);
    expect(() => fitGaussianMixture(x, { components: 2, covariance: "tied" as never })).toThrow(
      /covariance must be "full" or "diagonal", but got 'tied'/,
    );
    const same = tf.ones([10, 2]) as tf.Tensor2D;
    expect(() => fitGaussianMixture(same, { components: 2 })).toThrow(/points that differ/);
    same.dispose();
  });
});
