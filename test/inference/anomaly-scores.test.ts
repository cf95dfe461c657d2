import { afterAll, describe, expect, test } from "vitest";
import { kl } from "../../src/distributions/kl";
import { normal } from "../../src/distributions/normal";
import { anomalyScorer } from "../../src/inference/anomaly-scorer";
import { anomalyScores } from "../../src/inference/anomaly-scores";
import { sessionCounts } from "../../src/jit/shared-session";
import { gaussianLikelihood } from "../../src/likelihoods/gaussian-likelihood";
import { fitGaussianMixture } from "../../src/models/classical/fit-gaussian-mixture";
import { conditionalVae } from "../../src/models/conditional-vae";
import { hierarchicalVae } from "../../src/models/hierarchical-vae";
import { vae } from "../../src/models/vae";
import { rng } from "../../src/runtime/rng";
import { tf } from "../../src/runtime/tensorflow";
import * as known from "../laws/linear-gaussian";
import { tolerance } from "../tolerance";

const model = vae({ dataShape: 6, latentDim: 2, hidden: [8], likelihood: gaussianLikelihood(), seed: 1 });
const x = tf.tidy(() => rng(2).normal([2300, 6])) as tf.Tensor2D;
const few = tf.tidy(() => x.slice(0, 40)) as tf.Tensor2D;
afterAll(() => tf.disposeVariables());

function near(values: ArrayLike<number>, expected: ArrayLike<number>): void {
  expect(values).toHaveLength(expected.length);
  for (let i = 0; i < expected.length; i++) {
    const error = Math.abs(values[i]! - expected[i]!);
    expect(error).toBeLessThanOrEqual(tolerance.reference * (1 + Math.abs(expected[i]!)));
  }
}
const numbers = (compute: () => tf.Tensor): Float32Array => tf.tidy(() => compute().dataSync<"float32">());

describe("anomalyScores()", () => {
  test("of a linear-Gaussian model, whose posterior is known: both bounds are −log p(x), with any number of draws", async () => {
    const scores = await anomalyScores(known.model, known.x, { samples: 3 });
    const truth = numbers(() => known.exact.neg());
    near(scores.negativeElbo, truth);
    near(scores.negativeLogLikelihood, truth);
  });

  test("with an imperfect posterior −ELBO exceeds −log p(x) by KL(q ‖ p(z | x)), and the other one comes close", async () => {
    const wrong = { ...known.model, encode: (input: tf.Tensor) => known.imperfect(input) };
    const samples = 20_000;
    const scores = await anomalyScores(wrong, known.x, { samples, seed: 4 });
    const truth = numbers(() => known.exact.neg());
    const elbo = numbers(() => known.exactElbo(known.imperfect(known.x)).neg());
    tf.tidy(() => {
      const weights = known.weightsOf(known.imperfect(known.x), rng(5), samples);
      const { variance } = tf.moments(weights, 0);
      const errors = variance.div(samples).sqrt().dataSync();
      for (const [i, error] of errors.entries()) {
        expect(Math.abs(scores.negativeElbo[i]! - elbo[i]!) / error).toBeLessThan(tolerance.monteCarlo);
        expect(elbo[i]! - truth[i]!).toBeGreaterThan(0);
        expect(Math.abs(scores.negativeLogLikelihood[i]! - truth[i]!)).toBeLessThan(elbo[i]! - truth[i]!);
      }
    });
  });

  test("−ELBO is never below −log p(x), which is what logLikelihood() says with the same draws", async () => {
    const scores = await anomalyScores(model, few, { samples: 30, seed: 3 });
    for (const [i, nll] of scores.negativeLogLikelihood.entries()) {
      expect(scores.negativeElbo[i]!).toBeGreaterThanOrEqual(nll);
    }
    const estimate = await model.logLikelihood(few, { samples: 30, seed: 3 });
    expect(scores.negativeLogLikelihood).toEqual(numbers(() => estimate.neg()));
    estimate.dispose();
  });

  test("the error of the reconstruction is summed over components, and the distance is that of the prior or of the given codes", async () => {
    const codes = normal({ mean: tf.tensor1d([0.2, -0.1]), logVar: tf.tensor1d([-1, 0.5]) });
    const [toPrior, toCodes] = [
      await anomalyScores(model, few, { samples: 1 }),
      await anomalyScores(model, few, { samples: 1, codes }),
    ];
    near(
      toPrior.reconstructionError,
      numbers(() => model.reconstruct(few).sub(few).square().sum(1)),
    );
    near(
      toPrior.latentDistance,
      numbers(() =>
        model
          .embed(few)
          .square()
          .sum(1)
          .mul(0.5)
          .add(Math.log(2 * Math.PI)),
      ),
    );
    near(
      toCodes.latentDistance,
      numbers(() => codes.logProb(model.embed(few)).neg()),
    );
  });

  test("among the codes of one normal distribution, half the squared Mahalanobis distance and a constant", async () => {
    const embedded = model.embed(x);
    const fitted = fitGaussianMixture(embedded, { components: 1 });
    embedded.dispose();
    const { latentDistance } = await anomalyScores(model, few, { samples: 1, codes: fitted });
    const [[a = 0, b = 0], [, d = 0]] = fitted.covariances![0] as [number[], number[]];
    const determinant = a * d - b * b;
    const codes = tf.tidy(() =>
      model
        .embed(few)
        .sub(fitted.means[0]! as number[])
        .arraySync(),
    ) as [number, number][];
    const squares = codes.map(([u, v]) => (d * u * u - 2 * b * u * v + a * v * v) / determinant);
    near(
      latentDistance,
      squares.map((square) => 0.5 * (square + Math.log(determinant)) + Math.log(2 * Math.PI)),
    );
  });

  test("one number of each example, however many there are, and the same ones again; no tensors are left behind", async () => {
    const before = tf.memory().numTensors;
    const [all, again] = [
      await anomalyScores(model, x, { samples: 2, seed: 7 }),
      await anomalyScores(model, x, { samples: 2, seed: 7 }),
    ];
    for (const values of Object.values(all)) expect(values).toHaveLength(2300);
    expect(again).toEqual(all);
    await expect(anomalyScores(model, x, { signal: AbortSignal.abort("enough") })).rejects.toBe("enough");
    expect(tf.memory().numTensors).toBe(before);
  });

  test("the scores of an example are the same, whatever else is scored with it and in whatever place", async () => {
    const options = { samples: 20, seed: 7 };
    const all = await anomalyScores(model, x, options);
    const places = [0, 3, 1234, 2299];
    const reversed = tf.tidy(() => x.reverse(0));
    const [alone, backward] = [
      await Promise.all(
        places.map((place) => {
          const one = tf.tidy(() => x.slice(place, 1));
          return anomalyScores(model, one, options).finally(() => one.dispose());
        }),
      ),
      await anomalyScores(model, reversed, options),
    ];
    for (const name of Object.keys(all) as (keyof typeof all)[]) {
      near(
        alone.map((scores) => scores[name][0] as number),
        places.map((place) => all[name][place] as number),
      );
      near(Array.from(backward[name]).reverse(), all[name]);
    }
    reversed.dispose();
  });

  test("examples that differ have draws of their own: over many, errors of the ELBO average out", async () => {
    // 400 noisy copies of one example: with draws in common, the error of the mean would be that of one example.
    const copies = tf.tidy(() => tf.tile(known.x.slice(0, 1), [400, 1]).add(rng(8).normal([400, 6]).mul(1e-3)));
    const wrong = { ...known.model, encode: (input: tf.Tensor) => known.imperfect(input) };
    const samples = 2;
    const { negativeElbo } = await anomalyScores(wrong, copies, { samples, seed: 4 });
    tf.tidy(() => {
      const q = known.imperfect(copies);
      const truth = tf.add(known.exactDistortion(q, copies), kl(q, known.model.prior)).dataSync();
      const errors = Array.from(negativeElbo, (value, i) => value - (truth[i] as number));
      const mean = errors.reduce((sum, error) => sum + error, 0) / errors.length;
      const deviation = Math.sqrt(errors.reduce((sum, error) => sum + (error - mean) ** 2, 0) / errors.length);
      expect(deviation).toBeGreaterThan(0);
      expect((Math.abs(mean) * Math.sqrt(errors.length)) / deviation).toBeLessThan(tolerance.monteCarlo);
    });
    copies.dispose();
  });

  test("a model is compiled once for each number of draws, and reads its variables anew when it was trained on", async () => {
    const own = vae({ dataShape: 6, latentDim: 2, hidden: [8], likelihood: gaussianLikelihood(), seed: 2 });
    const scorer = anomalyScorer(own, { samples: 5 });
    const first = await scorer.score(few);
    const { loaded, shared } = sessionCounts();
    expect(await scorer.score(few)).toEqual(first);
    expect(sessionCounts()).toMatchObject({ loaded, shared });
    for (const variable of own.variables()) variable.assign(tf.tidy(() => variable.mul(1.5)));
    const trained = await scorer.score(few);
    expect(trained.negativeElbo).not.toEqual(first.negativeElbo);
    scorer.dispose();
    expect(await scorer.score(few)).toEqual(trained);
    own.dispose();
  });

  test.each([
    [{ sample: 3 }, /anomalyScores\(\): .*sample.*samples/s],
    [{ xla: "yes" }, /xla must be true or false/],
  ])("refuses %o by name", async (options, message) => {
    await expect(anomalyScores(model, few, options as never)).rejects.toThrow(message);
  });

  test("says what to do for models that are not of x alone", async () => {
    const conditional = conditionalVae({ dataShape: 6, latentDim: 2, hidden: [8], condition: 3 });
    await expect(anomalyScores(conditional as never, few)).rejects.toThrow(
      /model of x alone.*conditionalVae\(\).*tf\.neg\(await model\.logLikelihood\(x, c\)\)/s,
    );
    const deep = hierarchicalVae({ dataShape: 6, latentDims: [2, 2], hidden: [8] });
    await expect(anomalyScores(deep as never, few)).rejects.toThrow(/tf\.neg\(await model\.logLikelihood\(x\)\)/);
  });

  test.each([
    [{ samples: 0 }, "anomalyScores(): samples must be a whole number from 1 to 10000000, but got 0."],
    [{ codes: 3 }, "anomalyScores(): codes must be a distribution, or another object with logProb(z), but got 3."],
  ])("refuses %o", async (options, message) => {
    await expect(anomalyScores(model, few, options as never)).rejects.toThrow(message);
  });

  test("refuses data of another shape, and data that have no density", async () => {
    await expect(anomalyScores(model, tf.ones([2, 5]))).rejects.toThrow("anomalyScores(): x must be");
    const binary = vae({ dataShape: 6, latentDim: 2, hidden: [8] });
    await expect(anomalyScores(binary, few)).rejects.toThrow("anomalyScores(): x must be 0 or 1");
  });
});
