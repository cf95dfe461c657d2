import { describe, expect, test } from "vitest";
import type { LatentHierarchy } from "../../src";
import { betaElbo, evaluate, fit, freeBits, hierarchicalVae, ladderVae, normal, rng, tf, vae } from "../../src";
import { tolerance } from "../tolerance";

const size = 12;
const data = tf.tidy(() => rng(5).uniform([60, size]).less(0.4).toFloat());
const options = { dataShape: size, latentDims: [3, 2], hidden: [8], between: [6], seed: 3 };
const makers = [hierarchicalVae, ladderVae].map((make) => ({ name: make.name, make }));
const value = (compute: () => tf.Tensor): number => tf.tidy(() => compute().dataSync()[0]!);
const disposing = async (model: LatentHierarchy, run: (model: LatentHierarchy) => unknown): Promise<void> => {
  try {
    await run(model);
  } finally {
    model.dispose();
  }
};

/** Mean and standard error of log w = log p(x, z) − log q(z | x), over draws, for one x. */
function logWeights(model: LatentHierarchy, draws: number): tf.Tensor1D {
  const x = tf.tile(tf.slice(data, 0, 1), [draws, 1]);
  const layers = model.encode(x, rng(4));
  const terms = layers.map(({ prior, posterior, z }) => tf.sub(prior.logProb(z), posterior.logProb(z)));
  return tf.addN([model.decode(layers[0]!.z).logProb(x), ...terms]) as tf.Tensor1D;
}

describe.each(makers)("$name()", ({ make }) => {
  test("−distortion − rate has the mean of log p(x, z) − log q(z | x), by draws", () =>
    disposing(make(options), (model) => {
      tf.tidy(() => {
        const draws = 20_000;
        const { distortion, rate } = model.terms(tf.tile(tf.slice(data, 0, 1), [draws, 1]), rng(8));
        const bound = tf.moments(tf.neg(tf.add(distortion, rate)));
        const byDraws = tf.moments(logWeights(model, draws));
        const error = bound.variance.add(byDraws.variance).div(draws).sqrt();
        expect(Math.abs(value(() => bound.mean.sub(byDraws.mean).div(error)))).toBeLessThan(tolerance.monteCarlo);
      });
    }));

  test("logLikelihood is log p(x), as brute force finds it with draws from the prior", () =>
    disposing(make(options), async (model) => {
      // The weights of a posterior that was never fitted may have no variance.
      await fit(model, data, { epochs: 60, batchSize: 20, learningRate: 0.01, progress: false, compile: false });
      const x = tf.slice(data, 0, 1);
      const draws = 200_000;
      const densities = tf.tidy(() => {
        const top = rng(6).normal([draws, 2]);
        const below = model.sampleBelow(2, top, { values: "mean", seed: 7 }); // Bernoulli means given z₁ ~ p(z₁ | z₂)
        return tf.moments(
          below
            .mul(x)
            .add(tf.sub(1, below).mul(tf.sub(1, x)))
            .log()
            .sum(1)
            .exp(),
        );
      });
      const expected = value(() => densities.mean);
      const bruteForceVariance = value(() => densities.variance.div(draws));
      // The estimator has an error of its own, which its spread over seeds shows.
      const estimates: number[] = [];
      for (let seed = 1; seed <= 8; seed++) {
        estimates.push(Math.exp((await model.logLikelihood(x, { samples: 20_000, seed })).dataSync()[0]!));
      }
      const mean = estimates.reduce((sum, one) => sum + one, 0) / estimates.length;
      const spread = estimates.reduce((sum, one) => sum + (one - mean) ** 2, 0) / (estimates.length - 1);
      const error = Math.sqrt(bruteForceVariance + spread / estimates.length);
      expect(Math.abs(mean - expected) / error).toBeLessThan(tolerance.monteCarlo);
      tf.dispose([x, densities.mean, densities.variance]);
    }));

  test("the terms of all layers add up to the rate, and go by the names rate1, rate2, …", () =>
    disposing(make({ ...options, latentDims: [3, 3, 2] }), async (model) => {
      const { elbo } = await evaluate(model, data, { compile: false });
      expect(Object.keys(elbo!)).toEqual(["loss", "bound", "distortion", "rate", "rate1", "rate2", "rate3"]);
      expect(elbo.rate1! + elbo.rate2! + elbo.rate3!).toBeCloseTo(elbo.rate, 4);
      expect(elbo.distortion + elbo.rate).toBeCloseTo(elbo.loss, 4);
    }));

  test("sample, sampleBelow, embed and reconstruct have their shapes; what is held fixed decides, the seed the rest", () =>
    disposing(make({ ...options, dataShape: [3, 4] }), (model) => {
      tf.tidy(() => {
        const x = data.reshape([60, 3, 4]);
        expect(model.sample(5).shape).toEqual([5, 3, 4]);
        expect(model.embed(x).shape).toEqual([60, 3]);
        expect(model.embed(x, 2).shape).toEqual([60, 2]);
        expect(model.reconstruct(x).shape).toEqual([60, 3, 4]);
        const z2 = tf.ones([4, 2]);
        const [a, b, c] = [1, 1, 2].map((seed) => [...model.sampleBelow(2, z2, { seed }).dataSync()]);
        expect(b).toEqual(a);
        expect(c).not.toEqual(a);
        const z1 = rng(1).normal([4, 3]);
        expect(model.sampleBelow(1, z1).arraySync()).toEqual(model.decode(z1).mean().arraySync());
      });
    }));

  test("with one layer, log p(x) is that of the plain VAE with the same weights", () =>
    disposing(make({ ...options, latentDims: [3] }), async (model) => {
      const plain = vae({ dataShape: size, latentDim: 3, hidden: [8] });
      for (const [i, variable] of plain.variables().entries()) variable.assign(model.variables()[i] as tf.Tensor);
      const [mine, theirs] = await Promise.all([model, plain].map((one) => one.logLikelihood(data, { samples: 50 })));
      expect(value(() => mine!.sub(theirs!).abs().max())).toBeLessThan(1e-4);
      tf.dispose([mine!, theirs!]);
      plain.dispose();
    }));

  test("an objective with free bits per layer costs what freeBits says of the rates", () =>
    disposing(
      make({
        ...options,
        objective: ({ distortion, rates, beta }) =>
          betaElbo({ distortion, rate: freeBits(tf.stack([...rates], 1), { floor: 2 }), beta }),
      }),
      async (model) => {
        const { elbo } = await evaluate(model, data, { compile: false, batchSize: 60 });
        const floored = Math.max(2, elbo.rate1!) + Math.max(2, elbo.rate2!);
        expect(elbo.loss).toBeCloseTo(elbo.distortion + floored, 3);
      },
    ));

  test.each([
    [[2]],
    [[3, 2]],
  ])("logLikelihood takes examples of any rank, with layers of %j dimensions", async (latentDims) => {
    const shaped = { ...options, dataShape: [4, 3, 1], latentDims };
    const [flat, images] = [make({ ...options, latentDims }), make(shaped)];
    for (const [i, variable] of images.variables().entries()) variable.assign(flat.variables()[i]!);
    const x = tf.slice(data, 0, 5);
    const [expected, actual] = await Promise.all([
      flat.logLikelihood(x, { samples: 20 }),
      images.logLikelihood(x.reshape([5, 4, 3, 1]), { samples: 20 }),
    ]);
    expect(value(() => actual.sub(expected).abs().max())).toBeLessThan(tolerance.float32);
    for (const model of [flat, images]) model.dispose();
  });

  test.each([
    [{ latentDims: [] }, "latentDims"],
    [{ latentDims: [3, 0] }, "latentDims"],
    [{ latentDims: 3 }, "latentDims"],
    [{ between: [] }, "between"],
    [{ beta: Number.NaN }, "beta"],
    [{ dataShape: 0 }, "dataShape"],
  ])("refuses %o by name", (bad, name) => {
    expect(() => make({ ...options, ...bad } as never)).toThrow(name);
  });

  test("refuses layers that there are not, and codes of another size", () =>
    disposing(make(options), (model) => {
      expect(() => model.embed(data, 3)).toThrow("from 1 to 2");
      expect(() => model.sampleBelow(0, tf.zeros([1, 2]))).toThrow("from 1 to 2");
      expect(() => model.sampleBelow(2, tf.zeros([1, 3]))).toThrow("[examples, 2]");
    }));
});

test("ladderVae(): each lower posterior is the product of its guess and its prior", () =>
  disposing(ladderVae(options), (model) => {
    tf.tidy(() => {
      const [low] = model.encode(data, rng(2));
      const [mean, logVar] = tf.split(model.encoder.apply(data) as tf.Tensor, 2, 1);
      const guess = normal({ mean: mean!, logVar: logVar! });
      const [pq, pg] = [low!.prior.variance().reciprocal(), guess.variance().reciprocal()];
      const precision = pq.add(pg);
      const expected = low!.prior.mean().mul(pq).add(guess.mean().mul(pg)).div(precision);
      const off = (a: tf.Tensor, b: tf.Tensor) => value(() => a.sub(b).abs().max());
      expect(off(low!.posterior.mean(), expected)).toBeLessThan(tolerance.float32);
      expect(off(low!.posterior.variance().mul(precision), tf.onesLike(precision))).toBeLessThan(tolerance.float32);
    });
  }));

test("training with batch normalization moves its running averages, and evaluation uses them", () =>
  disposing(ladderVae({ ...options, batchNormalization: true }), async (model) => {
    const still = model.variables().filter((variable) => !variable.trainable);
    expect(still.length).toBe(2 * 3); // the encoder's hidden layer, the one upward and the one of p(z₁ | z₂)
    const before = still.map((variable) => [...variable.dataSync()]);
    await fit(model, data, { epochs: 2, batchSize: 20, progress: false });
    for (const [i, variable] of still.entries()) expect([...variable.dataSync()]).not.toEqual(before[i]);
    const [first, alone] = tf.tidy(() =>
      [model.embed(data), model.embed(tf.slice(data, 0, 1))].map((z) => z.dataSync()),
    );
    for (const i of [0, 1, 2]) expect(alone![i]).toBeCloseTo(first![i]!, 5);
  }));
