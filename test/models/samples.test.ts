import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { kl } from "../../src/distributions/kl";
import { gaussianLikelihood } from "../../src/likelihoods/gaussian-likelihood";
import { type ObjectiveTerms, vae } from "../../src/models/vae";
import { mlp } from "../../src/networks/mlp";
import { importanceWeightedBound } from "../../src/objectives/importance-weighted-bound";
import { rng } from "../../src/runtime/rng";
import { tf } from "../../src/runtime/tensorflow";
import { evaluate } from "../../src/training/evaluate";
import { fit } from "../../src/training/fit";
import { exact, latentDim, mean, model as truth, weights, data as width, x } from "../laws/linear-gaussian";
import { tolerance } from "../tolerance";

beforeAll(() => tf.engine().startScope());
afterAll(() => tf.engine().endScope());

const numbers = (tensor: tf.Tensor): number[] => [...tensor.dataSync()];
const iwae = ({ logWeights }: ObjectiveTerms) => importanceWeightedBound(logWeights());

/** The linear-Gaussian model as a VAE, with a posterior that is too wide and off the mean. */
function linearVae(samples: number, objective?: (terms: ObjectiveTerms) => ReturnType<typeof importanceWeightedBound>) {
  const model = vae({
    dataShape: width,
    latentDim,
    encoder: mlp({ inputs: width, hidden: [], outputs: 2 * latentDim }),
    decoder: mlp({ inputs: latentDim, hidden: [], outputs: width }),
    likelihood: gaussianLikelihood({ stdDev: truth.stdDev }),
    samples,
    ...(objective && { objective }),
  });
  const posterior = truth.posterior(tf.concat([tf.zeros([1, width]), tf.eye(width)]));
  const [offset, ...rows] = (posterior.mean().arraySync() as number[][]).map((row) => [...row]);
  const kernel = rows.map((row) => [...row.map((v, i) => v - offset![i]!), ...row.map(() => 0)]);
  const logVar = numbers(posterior.variance().log().slice(0, 1)).map((v) => v + 0.8);
  model.encoder.setWeights([tf.tensor2d(kernel), tf.tensor1d([...offset!.map((v) => v + 0.3), ...logVar])]);
  model.decoder.setWeights([weights.transpose(), mean]);
  return model;
}

const lossOf = (model: ReturnType<typeof linearVae>, seed: number) =>
  model.phases[0].loss({ x }, { rng: rng(seed), training: false, schedules: {} });

describe("samples: k", () => {
  test("with one draw everything is as without the option", () => {
    const options = { dataShape: width, latentDim, hidden: [4] };
    const plain = vae({ ...options, likelihood: gaussianLikelihood() });
    const same = vae({ ...options, likelihood: gaussianLikelihood(), samples: 1 });
    const of = (model: typeof plain) => {
      const { loss, terms, bound } = model.phases[0].loss({ x }, { rng: rng(1), training: false, schedules: {} });
      return [loss, terms.distortion, terms.rate, bound].map(numbers);
    };
    expect(of(same)).toEqual(of(plain));
  });

  test("the default objective averages the ELBO over the draws", () => {
    const model = linearVae(7);
    const { loss, terms, forward } = lossOf(model, 2);
    const each = Array.from({ length: 7 }, (_, i) => {
      const z = forward.draws!.z.slice(i, 1).reshape([-1, latentDim]);
      return model.decode(z).logProb(x).neg();
    });
    const expected = numbers(tf.mean(tf.stack(each), 0));
    for (const [i, value] of numbers(terms.distortion).entries()) expect(value).toBeCloseTo(expected[i]!, 3);
    expect(numbers(terms.rate)).toEqual(numbers(kl(forward.posterior, model.prior)));
    const elbo = tf.add(terms.distortion, terms.rate).mean().dataSync()[0] as number;
    expect(loss.dataSync()[0]).toBeCloseTo(elbo, 4);
  });

  test("an objective of one's own finds the draws and their log-weights: those of the library's bound", () => {
    let seen: { z: tf.Tensor; logWeights: tf.Tensor } | undefined;
    const model = linearVae(5, (terms) => {
      seen = { z: terms.draws(), logWeights: terms.logWeights() };
      expect(terms.samples).toBe(5);
      expect(terms.z.shape).toEqual([x.shape[0], latentDim]);
      return iwae(terms);
    });
    const { loss } = lossOf(model, 3);
    expect(seen!.z.shape).toEqual([5, x.shape[0], latentDim]);
    const flat = seen!.z.reshape([-1, latentDim]);
    const likelihood = model
      .decode(flat)
      .logProb(tf.tile(x, [5, 1]))
      .reshape([5, -1]);
    const expected = likelihood.add(model.prior.logProb(seen!.z)).sub(model.encode(x).logProb(seen!.z));
    expect(seen!.logWeights.sub(expected).abs().max().dataSync()[0]).toBeLessThan(1e-3);
    const bound = importanceWeightedBound(expected).mean().dataSync()[0] as number;
    expect(loss.dataSync()[0]).toBeCloseTo(-bound, 4);
  });

  test("the bound grows with k, toward log p(x) and never above", () => {
    const many = tf.tile(x, [400, 1]);
    const average = (k: number) => {
      const model = linearVae(k, iwae);
      const losses = Array.from({ length: 10 }, (_, seed) => {
        const { loss } = model.phases[0].loss({ x: many }, { rng: rng(seed), training: false, schedules: {} });
        return loss.dataSync()[0] as number;
      });
      const bound = -losses.reduce((sum, value) => sum + value) / losses.length;
      const squares = losses.reduce((sum, value) => sum + (value + bound) ** 2, 0);
      return { bound, error: Math.sqrt(squares) / losses.length };
    };
    const top = exact.mean().dataSync()[0] as number;
    const bounds = [1, 2, 5, 20].map(average);
    for (const [i, { bound, error }] of bounds.entries()) {
      expect(bound).toBeLessThan(top + tolerance.monteCarlo * error);
      const before = bounds[i - 1];
      if (before) expect(bound - before.bound).toBeGreaterThan(tolerance.monteCarlo * (error + before.error));
    }
    // Draws of a proposal without infinite weights close the gap as 1/k.
    expect(top - bounds.at(-1)!.bound).toBeLessThan(0.2 * (top - bounds[0]!.bound));
  });

  test("trains alike compiled and op by op, and the bound of the history has no weights", async () => {
    const run = async (compile: boolean) => {
      const own = vae({
        dataShape: width,
        latentDim,
        hidden: [4],
        likelihood: gaussianLikelihood(),
        samples: 3,
        objective: iwae,
      });
      const { rows } = await fit(own, x, {
        epochs: 3,
        batchSize: 2,
        learningRate: 0.01,
        progress: false,
        xla: false,
        compile,
      });
      return Number(rows.at(-1)!.loss);
    };
    const [eager, compiled] = [await run(false), await run(true)];
    expect(Math.abs(compiled / eager - 1)).toBeLessThan(10 * tolerance.float32);
  });

  test("β, free bits and other weights leave the bound as it is", () => {
    for (const beta of [0, 1, 7]) {
      const model = vae({ dataShape: width, latentDim, hidden: [4], likelihood: gaussianLikelihood(), beta });
      const { terms, bound } = model.phases[0].loss({ x }, { rng: rng(1), training: false, schedules: {} });
      expect(numbers(bound)).toEqual(numbers(tf.neg(tf.add(terms.distortion, terms.rate))));
    }
  });

  test("refuses half a draw", () => {
    expect(() => vae({ dataShape: 3, latentDim: 1, samples: 1.5 })).toThrow(
      /samples must be a whole number of at least 1/,
    );
  });

  test("is taken by evaluate() too", async () => {
    const { elbo } = await evaluate(linearVae(4), x, { compile: false });
    expect(elbo.distortion + elbo.rate).toBeCloseTo(elbo.loss, 4);
  });
});
