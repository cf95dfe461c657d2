import { inverse, Matrix } from "ml-matrix";
import { afterAll, afterEach, beforeEach, describe, expect, it } from "vitest";
import { kl } from "../../src/distributions/kl";
import { type Normal, normal } from "../../src/distributions/normal";
import { sampledKl } from "../../src/distributions/sampled-kl";
import { gaussianLikelihood } from "../../src/likelihoods/gaussian-likelihood";
import { fitProbabilisticPca } from "../../src/models/classical/fit-probabilistic-pca";
import { probabilisticPca } from "../../src/models/classical/probabilistic-pca";
import { vae } from "../../src/models/vae";
import { mlp } from "../../src/networks/mlp";
import { elbo } from "../../src/objectives/elbo";
import { importanceWeightedBound } from "../../src/objectives/importance-weighted-bound";
import { logWeights } from "../../src/objectives/log-weights";
import { type Rng, rng } from "../../src/runtime/rng";
import { stopGradient } from "../../src/runtime/stop-gradient";
import { tf } from "../../src/runtime/tensorflow";
import { fit } from "../../src/training/fit";
import { cosineDecay } from "../../src/training/schedules";
import { tolerance } from "../tolerance";
import { expectClose, expectMean } from "./check";
import { data, exactElbo, examples, latentDim, mean, model, weights, weightsOf, x } from "./linear-gaussian";

beforeEach(() => tf.engine().startScope());
afterEach(() => tf.engine().endScope());

describe("Gradients", () => {
  const start = { mean: [0.2, -0.4], logVar: [-2, -1] };
  /** One q for all examples, and the gradient of a bound by its mean and its log-variance: [4]. */
  const gradientByQ = (bound: (q: Normal) => tf.Tensor): tf.Tensor => {
    const of = (parameters: tf.Tensor) => {
      const [m, logVar] = tf.split(parameters, 2) as [tf.Tensor, tf.Tensor];
      return bound(normal({ mean: m.expandDims(0), logVar: logVar.expandDims(0), shape: [examples, latentDim] })).sum();
    };
    return tf.grad(of)(tf.tensor1d([...start.mean, ...start.logVar]));
  };
  const exactGradient = () => gradientByQ(exactElbo).dataSync();
  const sampledLikelihood = (z: tf.Tensor, k: number) =>
    model
      .decode(z.reshape([k * examples, latentDim]))
      .logProb(tf.tile(x, [k, 1]))
      .reshape([k, examples]);
  const draws = 200;

  it("the exact one is that of central differences, and zero at the best q", () => {
    const at = (i: number, step: number) => {
      const values = [...start.mean, ...start.logVar].map((v, j) => (i === j ? v + step : v));
      const [m, logVar] = [tf.tensor2d([values.slice(0, 2)]), tf.tensor2d([values.slice(2)])];
      return exactElbo(normal({ mean: m, logVar, shape: [examples, latentDim] }))
        .sum()
        .dataSync()[0] as number;
    };
    const differences = [0, 1, 2, 3].map((i) => (at(i, 1e-2) - at(i, -1e-2)) / 2e-2);
    expectClose(exactGradient(), differences, tolerance.gradient, "gradient");
    const best = model.posterior(x).mean();
    const atBest = tf.grad((m) => exactElbo(normal({ mean: m, logVar: -2, shape: [examples, latentDim] })).sum())(best);
    expect(atBest.abs().max().dataSync()[0]).toBeLessThan(1e-3);
  });

  it.each<[string, (q: Normal, stream: Rng) => tf.Tensor]>([
    [
      "reparameterization with the analytic KL",
      (q, stream) => sampledLikelihood(q.sample(stream, draws), draws).mean(0).sub(kl(q, model.prior)),
    ],
    [
      "reparameterization with the sampled KL",
      (q, stream) => {
        const z = q.sample(stream, draws);
        return sampledLikelihood(z, draws)
          .mean(0)
          .sub(sampledKl(q, model.prior, z));
      },
    ],
    ["reparameterized log-weights", (q, stream) => weightsOf(q, stream, draws).mean(0)],
    [
      "the importance-weighted bound with k = 1",
      (q, stream) => {
        const each = weightsOf(q, stream, draws).reshape([1, draws * examples]);
        return importanceWeightedBound(each).reshape([draws, examples]).mean(0);
      },
    ],
    [
      "the score function (REINFORCE)",
      (q, stream) => {
        // E[f(z) ∇ log q(z)], the weights and the draws as constants.
        const z = stopGradient(() => q.sample(stream, draws));
        const weight = stopGradient(() => sampledLikelihood(z, draws).add(model.prior.logProb(z)).sub(q.logProb(z)));
        return q.logProb(z).mul(weight).mean(0);
      },
    ],
  ])("of the ELBO by %s are right on average", (name, bound) => {
    const estimates = Array.from({ length: 60 }, (_, i) => gradientByQ((q) => bound(q, rng(200 + i))));
    expectMean(tf.stack(estimates), exactGradient(), name);
  });

  it("by the decoder at the exact posterior are the gradient of log p(x) (Fisher's identity), for any k", () => {
    const wanted = gradientOfLogP(x);
    const q = model.posterior(x);
    const bound = (k: number, i: number) => (w: tf.Tensor) => {
      const z = q.sample(rng(300 + i), k);
      const center = tf.matMul(z.reshape([k * examples, latentDim]), w as tf.Tensor2D, false, true).add(mean);
      const likelihood = normal({ mean: center, stdDev: model.stdDev }).logProb(tf.tile(x, [k, 1]));
      const logW = logWeights({
        likelihood: likelihood.reshape([k, examples]),
        prior: model.prior.logProb(z),
        posterior: q.logProb(z),
      });
      return importanceWeightedBound(logW).sum();
    };
    for (const k of [1, 100]) {
      const estimates = Array.from({ length: k === 1 ? 300 : 30 }, (_, i) => tf.grad(bound(k, i))(weights).flatten());
      expectMean(tf.stack(estimates), wanted, `k = ${k}`);
    }
  });
});

describe("vae() with linear networks and one σ is probabilistic PCA", () => {
  const linearVae = () =>
    vae({
      dataShape: data,
      latentDim,
      encoder: mlp({ inputs: data, hidden: [], outputs: 2 * latentDim }),
      encoderHead: false,
      decoder: mlp({ inputs: latentDim, hidden: [], outputs: data }),
      decoderHead: false,
      likelihood: gaussianLikelihood({ stdDev: "learned" }),
    });
  const many = model.sample(1000, { seed: 9, values: "draw" });
  const best = fitProbabilisticPca(many, latentDim);
  afterAll(() => {
    many.dispose();
    best.dispose();
  });
  const bestLogP = () => best.logProb(many).mean().dataSync()[0] as number;

  it("fitProbabilisticPca finds the greatest likelihood: any step away lowers it, the truth's is lower", () => {
    expect(model.logProb(many).mean().dataSync()[0]).toBeLessThan(bestLogP());
    for (const seed of [1, 2, 3]) {
      for (const sign of [1, -1]) {
        const step = rng(seed)
          .normal([data, latentDim])
          .mul(0.05 * sign) as tf.Tensor2D;
        const moved = [
          probabilisticPca({ weights: best.weights.add(step), mean: best.mean, stdDev: best.stdDev }),
          probabilisticPca({
            weights: best.weights,
            mean: best.mean.add(step.sum(1)) as tf.Tensor1D,
            stdDev: best.stdDev,
          }),
          probabilisticPca({ weights: best.weights, mean: best.mean, stdDev: best.stdDev * (1 + 0.03 * sign) }),
        ];
        for (const other of moved) {
          expect(bestLogP() - (other.logProb(many).mean().dataSync()[0] as number)).toBeGreaterThan(1e-4);
          other.dispose();
        }
      }
    }
  });

  it("set to the optimum, its ELBO is log p(x), and so is its importance-sampled log p(x) from few draws", async () => {
    const linear = linearVae();
    // The columns of W are orthogonal there, so that a diagonal q holds the exact posterior: variance σ²/(|w|² + σ²).
    const lengths = best.weights
      .square()
      .sum(0)
      .add(best.stdDev ** 2);
    const projection = best.weights.div(lengths);
    const logVar = lengths
      .reciprocal()
      .mul(best.stdDev ** 2)
      .log();
    linear.encoder.setWeights([
      tf.concat([projection, tf.zeros([data, latentDim])], 1),
      tf.concat([
        tf
          .matMul(best.mean.expandDims(0), projection as tf.Tensor2D)
          .neg()
          .flatten(),
        logVar.flatten(),
      ]),
    ]);
    linear.decoder.setWeights([best.weights.transpose(), best.mean]);
    (linear.likelihood.variables[0] as tf.Variable).assign(tf.scalar(2 * Math.log(best.stdDev)));
    const part = many.slice([0, 0], [20, data]);
    const truth = best.logProb(part).dataSync();
    const gap = kl(best.posterior(part), linear.encode(part));
    expect(gap.max().dataSync()[0]).toBeLessThan(1e-5);
    const estimate = await linear.logLikelihood(part, { samples: 4 });
    expectClose(estimate.dataSync(), truth, tolerance.reference, "log p(x)");
    const bounds = tf.stack(Array.from({ length: 400 }, (_, i) => elbo(linear.terms(part, rng(i)))));
    expectMean(bounds, truth, "elbo");
    linear.dispose();
  });

  it("trained by fit, it reaches the optimum's log p(x) to 0.005 nats per example", async () => {
    const linear = linearVae();
    await fit(linear, many, {
      epochs: 200,
      batchSize: 100,
      learningRate: cosineDecay({ from: 0.03 }),
      progress: false,
    });
    const [kernel, bias] = linear.decoder.getWeights() as [tf.Tensor2D, tf.Tensor1D];
    const logVar = linear.likelihood.variables[0]?.dataSync()[0] as number;
    const weightsLearned = kernel.transpose() as tf.Tensor2D;
    const learned = probabilisticPca({ weights: weightsLearned, mean: bias, stdDev: Math.exp(logVar / 2) });
    // At the end of the cosine the noise of Adam's steps is gone: 0.001 nats are missing after these 2000 steps.
    const missing = bestLogP() - (learned.logProb(many).mean().dataSync()[0] as number);
    expect(Math.abs(missing)).toBeLessThan(0.005);
    // The encoder has found the posterior, too. Turning the axes until a diagonal q suffices is what takes longest.
    const gap = kl(linear.encode(many), learned.posterior(many)).mean().dataSync()[0];
    expect(gap).toBeLessThan(0.02);
    learned.dispose();
    linear.dispose();
  });
});

/** ∂ log p(x)/∂W = C⁻¹(x − μ)(x − μ)ᵀC⁻¹W − C⁻¹W, summed over examples: Tipping & Bishop 1999, appendix A. */
function gradientOfLogP(input: tf.Tensor): number[] {
  const w = new Matrix(weights.arraySync());
  const inverted = inverse(w.mmul(w.transpose()).add(Matrix.eye(data).mul(model.stdDev ** 2)));
  const centered = new Matrix(input.sub(mean).arraySync() as number[][]);
  const scatter = centered.transpose().mmul(centered);
  const precisionW = inverted.mmul(w);
  return inverted.mmul(scatter).mmul(precisionW).sub(precisionW.mul(examples)).to1DArray();
}
