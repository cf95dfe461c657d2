import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { kl } from "../../src/distributions/kl";
import { type Normal, normal } from "../../src/distributions/normal";
import { standardNormal } from "../../src/distributions/standard-normal";
import { rateDecomposition } from "../../src/metrics/rate-decomposition";
import { aggregateLogWeights } from "../../src/objectives/aggregate-log-weights";
import { minibatchRateDecomposition } from "../../src/objectives/minibatch-rate-decomposition";
import { pairwiseLogDensities } from "../../src/objectives/pairwise-log-densities";
import { rng } from "../../src/runtime/rng";
import { tf } from "../../src/runtime/tensorflow";
import { expectClose, leaked } from "../laws/check";
import { tolerance } from "../tolerance";

beforeEach(() => tf.engine().startScope());
afterEach(() => tf.engine().endScope());

/** A model whose data are the means of its posteriors, which all have the same variance. */
const meansModel = (latentDim: number, variance: number) => ({
  prior: standardNormal([latentDim]),
  encode: (x: tf.Tensor) => normal({ mean: x, logVar: Math.log(variance), shape: x.shape }),
});

/** Every pair, or triple …, of the given values: the means of a factorized aggregated posterior. */
const grid = (...axes: number[][]): tf.Tensor2D =>
  tf.tensor2d(axes.reduce<number[][]>((rows, axis) => rows.flatMap((row) => axis.map((v) => [...row, v])), [[]]));

const near = (value: number, truth: number, error: number) =>
  expect(Math.abs(value - truth)).toBeLessThan(tolerance.monteCarlo * error + tolerance.float32);

describe("rateDecomposition()", () => {
  test("the total correlation of a factorized aggregated posterior is 0, draw by draw", () => {
    const x = grid([-2, -1, 1, 2.5], [0, 3], [-1, 0, 1]);
    const { totalCorrelation, standardErrors } = rateDecomposition(meansModel(3, 0.3), x, { samples: 300 });
    expect(Math.abs(totalCorrelation)).toBeLessThan(tolerance.float32);
    expect(standardErrors.totalCorrelation).toBeLessThan(tolerance.float32);
  });

  test("normal means that are correlated by ρ, with noise, have −½ log(1 − r²), and the information ½ log det(C/σ²)", () => {
    // As many means as make the aggregated posterior itself normal, to less than the noise of the draws.
    const [size, rho, variance] = [6000, 0.9, 0.5];
    const noise = rng(1).normal([size, 2]);
    const centered = noise.sub(noise.mean(0));
    const [a, b] = tf.split(centered.div(centered.square().mean(0).sqrt()), 2, 1) as [tf.Tensor, tf.Tensor];
    const rest = b.sub(a.mul(a.mul(b).mean()));
    const unit = rest.div(rest.square().mean().sqrt());
    const x = tf.concat([a, a.mul(rho).add(unit.mul(Math.sqrt(1 - rho ** 2)))], 1);
    const found = rateDecomposition(meansModel(2, variance), x, { samples: 4000 });
    const r = rho / (1 + variance);
    const determinant = (1 + variance) ** 2 - rho ** 2;
    near(found.totalCorrelation, -0.5 * Math.log(1 - r ** 2), found.standardErrors.totalCorrelation);
    near(
      found.indexCodeMutualInformation,
      0.5 * Math.log(determinant / variance ** 2),
      found.standardErrors.indexCodeMutualInformation,
    );
    // Each dimension is N(0, 1 + σ²) against N(0, 1).
    near(found.dimensionWiseKl, variance - Math.log(1 + variance), found.standardErrors.dimensionWiseKl);
  });

  test("codes that tell every example from every other carry log N nats about the index", () => {
    const x = grid([-30, -10, 10, 30], [-10, 10]);
    const { indexCodeMutualInformation } = rateDecomposition(meansModel(2, 0.01), x, { samples: 100 });
    expect(indexCodeMutualInformation).toBeCloseTo(Math.log(8), 4);
  });

  test("the parts add up to the rate, over several blocks of examples and draws, in any order of the examples", () => {
    const x = rng(2)
      .normal([2500, 4])
      .mul(tf.tensor1d([1.5, 1, 0.5, 0.1]));
    const model = meansModel(4, 0.4);
    const found = rateDecomposition(model, x, { samples: 2500, seed: 3 });
    const parts = found.indexCodeMutualInformation + found.totalCorrelation + found.dimensionWiseKl;
    const rates = kl(model.encode(x), model.prior);
    expect(found.rate).toBeCloseTo(rates.mean().dataSync()[0] as number, 4);
    const { standardErrors: errors } = found;
    // The parts have their draws in common: the error of their sum is at most the sum of their errors.
    near(parts, found.rate, errors.indexCodeMutualInformation + errors.totalCorrelation + errors.dimensionWiseKl);
    const reversed = rateDecomposition(model, tf.reverse(x, 0), { samples: 2500, seed: 4 });
    near(
      reversed.totalCorrelation,
      found.totalCorrelation,
      Math.hypot(reversed.standardErrors.totalCorrelation, errors.totalCorrelation),
    );
  });

  test("more draws than examples are spread evenly, and nothing leaks", () => {
    const x = grid([-1, 1], [-1, 1]);
    const model = meansModel(2, 0.5);
    expect(leaked(() => void rateDecomposition(model, x, { samples: 250 }))).toBe(0);
  });

  test("refuses no examples and a single draw", () => {
    const model = meansModel(2, 1);
    expect(() => rateDecomposition(model, tf.zeros([0, 2]))).toThrow(/x must be a tensor with at least one example/);
    expect(() => rateDecomposition(model, tf.zeros([3, 2]), { samples: 1 })).toThrow(/samples must be .* at least 2/);
  });
});

describe("aggregateLogWeights()", () => {
  const weights = (batch: number, examples: number, estimator: "weighted" | "stratified") => [
    ...aggregateLogWeights(batch, examples, estimator).exp().dataSync(),
  ];

  test("stratified, the diagonal has 1/N, its right-hand neighbor (N − M)/(N M), the rest 1/M", () => {
    const [own, next, rest] = [1 / 10, 7 / 30, 1 / 3];
    const rows = [own, next, rest, rest, rest, own, next, rest, rest, rest, own, next, next, rest, rest, own];
    expectClose(weights(4, 10, "stratified"), rows, tolerance.float32);
    expectClose(weights(2, 10, "stratified"), [0.1, 0.9, 0.9, 0.1], tolerance.float32);
  });

  test("weighted, all are 1/(N B)", () => expectClose(weights(4, 10, "weighted"), [1 / 40], tolerance.float32));

  test("a batch that is larger than the data set is refused", () => {
    expect(() => aggregateLogWeights(11, 10, "weighted")).toThrow(/the batch must be at most examples = 10/);
  });
});

describe("minibatchRateDecomposition()", () => {
  const size = 5;
  const all = () => normal({ mean: rng(4).normal([size, 2]), logVar: rng(5).normal([size, 2]) });
  const take = ({ parameters: { mean, logVar } }: Normal, indices: number[]): Normal =>
    normal({ mean: tf.gather(mean as tf.Tensor, indices), logVar: tf.gather(logVar as tf.Tensor, indices) });
  const draws = () => rng(6).normal([size, 2]) as tf.Tensor2D;

  /** All minibatches of three that begin with an example, in every order of the others. */
  const minibatches = (first: number): number[][] => {
    const others = [0, 1, 2, 3, 4].filter((i) => i !== first);
    return others.flatMap((a) => others.filter((b) => b !== a).map((b) => [first, a, b]));
  };

  /** q(z) of the first draw as its minibatch estimates it, averaged over all minibatches. */
  const expectedAggregate = (estimator: "weighted" | "stratified", first: number): number => {
    const [posterior, z] = [all(), draws()];
    const estimates = minibatches(first).map((indices) => {
      const part = take(posterior, indices);
      const ownDraws = tf.gather(z, indices);
      const { indexCodeMutualInformation } = minibatchRateDecomposition({
        posterior: part,
        z: ownDraws,
        rate: kl(part, standardNormal([2])),
        examples: size,
        estimator,
      });
      // log q(z) = log q(z | x) − (log q(z | x) − log q(z)).
      return part.logProb(ownDraws).sub(indexCodeMutualInformation).exp().dataSync()[0] as number;
    });
    return estimates.reduce((sum, value) => sum + value, 0) / estimates.length;
  };

  test.each([
    0, 1, 2, 3, 4,
  ])("stratified, the estimate of q(z) is right on average over all minibatches (draw %i)", (i) => {
    const densities = tf.sum(pairwiseLogDensities(all(), draws()), 2).exp().mean(1).dataSync();
    const truth = densities[i] as number;
    expect(Math.abs(expectedAggregate("stratified", i) - truth)).toBeLessThan(tolerance.float32 * (1 + truth));
    // The weighted one is 1/B of it and some of the example's own: its bias shows.
    expect(expectedAggregate("weighted", i)).toBeLessThan(0.9 * truth);
  });

  test("the parts add up to the rate of each example, and with all examples q(z) is weighed as the formulas say", () => {
    const [posterior, z] = [all(), draws()];
    const rate = kl(posterior, standardNormal([2]));
    const parts = minibatchRateDecomposition({ posterior, z, rate, examples: size });
    const sum = parts.indexCodeMutualInformation.add(parts.totalCorrelation).add(parts.dimensionWiseKl);
    expectClose(sum.dataSync(), rate.dataSync(), tolerance.float32);
    const each = pairwiseLogDensities(posterior, z).exp();
    const joint = each
      .prod(2)
      .sum(1)
      .div(size * size)
      .log();
    const marginals = each
      .sum(1)
      .div(size * size)
      .log()
      .sum(1);
    expectClose(parts.totalCorrelation.dataSync(), joint.sub(marginals).dataSync(), tolerance.float32);
  });

  test("refuses draws that are not one for each example, and estimators it does not know", () => {
    const posterior = all();
    const given = { posterior, z: draws(), rate: kl(posterior, standardNormal([2])), examples: size };
    expect(() => minibatchRateDecomposition({ ...given, z: tf.zeros([3, 2]) })).toThrow(/z must be of shape \[5,2\]/);
    expect(() => minibatchRateDecomposition({ ...given, examples: 0 })).toThrow(/examples must be .* but got 0/);
    expect(() => minibatchRateDecomposition({ ...given, estimator: "mean" as never })).toThrow(
      /estimator must be "weighted" or "stratified"/,
    );
  });
});
