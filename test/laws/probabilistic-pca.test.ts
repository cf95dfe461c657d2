import { CholeskyDecomposition, Matrix } from "ml-matrix";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { fullNormal } from "../../src/distributions/full-normal";
import { kl, klPerDimension } from "../../src/distributions/kl";
import { monteCarloKl } from "../../src/distributions/monte-carlo-kl";
import { type Normal, normal } from "../../src/distributions/normal";
import { perExample } from "../../src/distributions/per-example";
import { sampledKl } from "../../src/distributions/sampled-kl";
import { logLikelihood } from "../../src/inference/log-likelihood";
import { jit } from "../../src/jit/jit";
import { fitProbabilisticPca } from "../../src/models/classical/fit-probabilistic-pca";
import { probabilisticPca } from "../../src/models/classical/probabilistic-pca";
import { betaElbo } from "../../src/objectives/beta-elbo";
import { capacityElbo } from "../../src/objectives/capacity-elbo";
import { effectiveSampleSize } from "../../src/objectives/effective-sample-size";
import { elbo } from "../../src/objectives/elbo";
import { freeBits } from "../../src/objectives/free-bits";
import { importanceWeightedBound } from "../../src/objectives/importance-weighted-bound";
import { maximize } from "../../src/objectives/loss";
import { meanOverBatch } from "../../src/objectives/mean-over-batch";
import { rng } from "../../src/runtime/rng";
import { tf } from "../../src/runtime/tensorflow";
import { tolerance } from "../tolerance";
import { expectClose, expectMean, leaked } from "./check";
import {
  data,
  exact,
  exactDistortion,
  exactElbo,
  examples,
  imperfect,
  latentDim,
  mean,
  model,
  weights,
  weightsOf,
  x,
} from "./linear-gaussian";

beforeEach(() => tf.engine().startScope());
afterEach(() => tf.engine().endScope());

/** ELBO at the exact posterior against log p(x), nats: what issue and course promise. */
const nats = 1e-4;

describe("probabilisticPca", () => {
  it("has the density of N(μ, WWᵀ + σ²I)", () => {
    const w = weights.arraySync();
    const covariance = w.map((a, i) =>
      w.map((b, j) => a.reduce((sum, v, k) => sum + v * (b[k] as number), i === j ? 0.36 : 0)),
    );
    const factor = new CholeskyDecomposition(new Matrix(covariance)).lowerTriangularMatrix;
    const scaleTril = tf.tensor3d([factor.to2DArray()]);
    const marginal = fullNormal({ mean: mean.expandDims(0), scaleTril });
    expectClose(exact.dataSync(), marginal.logProb(x).dataSync(), tolerance.float32, "log p(x)");
  });

  it("has Bayes's posterior: log p(x) = log p(x | z) + log p(z) − log p(z | x) for every z", () => {
    const posterior = model.posterior(x);
    for (const z of [tf.zeros([examples, latentDim]), rng(5).normal([examples, latentDim])]) {
      const likelihood = model.decode(z).logProb(x);
      const got = likelihood.add(model.prior.logProb(z)).sub(posterior.logProb(z));
      expectClose(got.dataSync(), exact.dataSync(), tolerance.float32, "log p(x)");
    }
  });

  it("keeps its digits with little noise", () => {
    const sharp = probabilisticPca({ weights, mean, stdDev: 1e-3 });
    const z = rng(6).normal([examples, latentDim]);
    const clean = sharp.decode(z).mean();
    const got = sharp.logProb(clean).dataSync<"float32">();
    const [codes, w] = [z.arraySync() as number[][], weights.arraySync()];
    // For x on the plane: C⁻¹ leaves |m|², m within 1e-6 of z; log |C| ≈ (D − L) log σ² + log |WᵀW|.
    const [a, b, d] = [0, 1, 2].map((k) =>
      w.reduce((sum, row) => sum + (row[k >> 1] as number) * (row[(k + 1) >> 1] as number), 0),
    ) as [number, number, number];
    const constant = (data - latentDim) * Math.log(1e-6) + Math.log(a * d - b * b) + data * Math.log(2 * Math.PI);
    const wanted = codes.map(([p = 0, q = 0]) => -0.5 * (constant + p * p + q * q));
    expectClose(got, wanted, 1e-4, "log p(x)");
    sharp.dispose();
  });

  it("samples what it describes", () => {
    const many = model.sample(20_000, { seed: 7, values: "draw" });
    expectMean(many, mean.dataSync(), "mean");
    const variances = weights.square().sum(1).add(0.36);
    expectMean(many.sub(mean).square(), variances.dataSync(), "variance");
    expect(model.sample(3).shape).toEqual([3, data]);
  });

  it("log p(x) has a gradient by x, −C⁻¹(x − μ)", () => {
    const direction = rng(8).normal([examples, data]);
    const score = tf
      .grad((t) => model.logProb(t).sum())(x)
      .mul(direction)
      .sum()
      .dataSync();
    const step = 1e-2;
    const at = (s: number) =>
      model
        .logProb(x.add(direction.mul(s)))
        .sum()
        .dataSync<"float32">()[0] as number;
    expectClose(score, [(at(step) - at(-step)) / (2 * step)], tolerance.gradient, "score");
  });

  it("leaves no tensors behind, and frees its own", () => {
    expect(leaked(() => tf.dispose([model.logProb(x), model.sample(2)]))).toBe(0);
    expect(leaked(() => probabilisticPca({ weights, stdDev: 1 }).dispose())).toBe(0);
    expect(leaked(() => fitProbabilisticPca(x, 1).dispose())).toBe(0);
  });

  it.each([
    ["weights of one axis", () => probabilisticPca({ weights: mean as never, stdDev: 1 }), /weights must be a float32/],
    ["a mean of another length", () => probabilisticPca({ weights, mean: tf.zeros([5]), stdDev: 1 }), /shape \[6\]/],
    ["no noise", () => probabilisticPca({ weights, stdDev: 0 }), /stdDev must be a finite number above 0, but got 0/],
    ["NaN", () => probabilisticPca({ weights: weights.mul(Number.NaN), stdDev: 1 }), /weights must be finite numbers/],
    ["data of another width", () => model.logProb(tf.zeros([2, 5])), /x must be of shape \[examples, 6\]/],
    ["as many latent dimensions as data", () => fitProbabilisticPca(x, 6), /latentDim must be below 6/],
    ["one example", () => fitProbabilisticPca(tf.zeros([1, 6]), 2), /at least two examples/],
    ["constant data", () => fitProbabilisticPca(tf.ones([9, 6]), 2), /Use a smaller latentDim/],
    ["zero latent dimensions", () => fitProbabilisticPca(x, 0), /latentDim must be a whole number of at least 1/],
  ])("refuses %s", (_, call, message) => expect(call).toThrow(message));
});

describe("The bounds", () => {
  it("ELBO ≤ log p(x) for any q, with KL(q ‖ p(z | x)) as the gap", () => {
    for (const [shift, factor] of [
      [0.1, 1],
      [0.3, 1],
      [0, 0.5],
      [-1, 2],
      [3, 4],
    ] as const) {
      const q = imperfect(x, shift, factor);
      const [bound, gap] = [exactElbo(q), kl(q, model.posterior(x))];
      expectClose(bound.add(gap).dataSync(), exact.dataSync(), tolerance.float32, `shift ${shift}, factor ${factor}`);
      expect(Math.min(...gap.dataSync<"float32">())).toBeGreaterThan(1e-3);
      expect(Math.max(...bound.sub(exact).dataSync<"float32">())).toBeLessThan(0);
    }
  });

  it("ELBO at the exact posterior is log p(x) to 1e-4 nats", () => {
    const bound = exactElbo(model.posterior(x));
    expect(bound.sub(exact).abs().max().dataSync()[0]).toBeLessThan(nats);
  });

  it("at the exact posterior every single draw gives log p(x), and k draws are worth k", () => {
    const k = 50;
    const logW = weightsOf(model.posterior(x), rng(11), k);
    expect(logW.sub(exact).abs().max().dataSync()[0]).toBeLessThan(nats);
    expect(importanceWeightedBound(logW).sub(exact).abs().max().dataSync()[0]).toBeLessThan(nats);
    expectClose(effectiveSampleSize(logW).dataSync(), new Array(examples).fill(k), tolerance.reference, "draws");
    // With a wrong q they are worth less.
    expect(Math.max(...effectiveSampleSize(weightsOf(imperfect(x), rng(11), k)).dataSync<"float32">())).toBeLessThan(
      49,
    );
  });

  it("sampled with draws of q, the distortion, the rate and the ELBO have their closed forms as means", () => {
    const q = imperfect(x);
    const [k, stream] = [20_000, rng(12)];
    const z = q.sample(stream, k);
    const decoded = model.decode(z.reshape([k * examples, latentDim]));
    const distortion = decoded
      .logProb(tf.tile(x, [k, 1]))
      .neg()
      .reshape([k, examples]);
    expectMean(distortion, exactDistortion(q).dataSync(), "distortion");
    expectMean(q.logProb(z).sub(model.prior.logProb(z)), kl(q, model.prior).dataSync(), "rate");
    expectClose(
      sampledKl(q, model.prior, z).dataSync(),
      q.logProb(z).sub(model.prior.logProb(z)).mean(0).dataSync(),
      tolerance.float32,
      "sampledKl",
    );
    expectMean(weightsOf(q, rng(13), k), exactElbo(q).dataSync(), "elbo");
  });

  it("KL to the prior and to the posterior: analytic = sampled, for both families", () => {
    for (const q of [imperfect(x), model.posterior(x)]) {
      for (const p of [model.prior, model.posterior(x.add(0.5))]) {
        const estimates = tf.stack(Array.from({ length: 30 }, (_, i) => monteCarloKl(q, p, rng(100 + i), 500)));
        expectMean(estimates, kl(q, p).dataSync(), `${q.family} to ${p.family}`);
      }
    }
  });

  it("the importance-weighted bound grows with k, from the ELBO toward log p(x), never above", () => {
    const q = imperfect(x, 0.4, 1.5);
    const logW = weightsOf(q, rng(14), 40_000).sub(exact) as tf.Tensor2D;
    const bounds = [1, 2, 5, 20, 100].map((k) => {
      // 40,000 draws in groups of k: each group one estimate of the bound, relative to log p(x).
      const groups = logW
        .reshape([40_000 / k, k, examples])
        .transpose([1, 0, 2])
        .reshape([k, -1]) as tf.Tensor2D;
      const each = importanceWeightedBound(groups).dataSync<"float32">();
      const average = each.reduce((sum, v) => sum + v, 0) / each.length;
      const squares = each.reduce((sum, v) => sum + (v - average) ** 2, 0);
      return { k, average, error: Math.sqrt(squares) / each.length };
    });
    for (const [i, { average, error }] of bounds.entries()) {
      expect(average).toBeLessThan(tolerance.monteCarlo * error);
      const before = bounds[i - 1];
      if (before) expect(average - before.average).toBeGreaterThan(-tolerance.monteCarlo * (error + before.error));
    }
    const [first, last] = [bounds[0], bounds.at(-1)];
    const elboGap = exactElbo(q).sub(exact).mean().dataSync()[0] as number;
    expect(Math.abs((first?.average as number) - elboGap)).toBeLessThan(
      tolerance.monteCarlo * (first?.error as number),
    );
    // The gap closes as 1/k: from over a nat to a hundredth.
    expect(last?.average).toBeGreaterThan(0.05 * elboGap);
  });

  it("importance-sampled log p(x) with 5000 draws is within 0.02 nats of the truth", async () => {
    // Widths off by 15 %, means by an eighth of one: 0.02 nats are five standard errors.
    const encode = (input: tf.Tensor) => imperfect(input, 0.03, 1.15);
    const estimate = await logLikelihood({ ...model, encode }, x, { samples: 5000, seed: 4 });
    const error = estimate.sub(exact).abs().max().dataSync()[0];
    expect(error).toBeLessThan(0.02);
    // Not so good as to be the truth itself: the weights do vary.
    expect(error).toBeGreaterThan(1e-5);
  });

  it("importance-sampled log p(x) with a poor q is within its standard error, √(1/ESS − 1/k)", async () => {
    const q = imperfect(x, 0.3, 1.5);
    const estimate = await logLikelihood({ ...model, encode: () => q }, x, { samples: 5000, seed: 4 });
    const worth = effectiveSampleSize(weightsOf(q, rng(15), 5000));
    const z = estimate.sub(exact).div(
      worth
        .reciprocal()
        .sub(1 / 5000)
        .sqrt(),
    );
    expect(z.abs().max().dataSync()[0]).toBeLessThan(tolerance.monteCarlo);
  });

  it("importance-sampled log p(x) with the exact posterior is the truth from one draw on", async () => {
    const estimate = await logLikelihood(model, x, { samples: 1 });
    expect(estimate.sub(exact).abs().max().dataSync()[0]).toBeLessThan(nats);
  });

  it("β = 1, a floor of 0 and a capacity of the rate itself leave the ELBO as it is", () => {
    const q = imperfect(x);
    const terms = { distortion: perExample(exactDistortion(q)), rate: kl(q, model.prior) };
    const bound = elbo(terms).dataSync();
    expect([...betaElbo({ ...terms, beta: 1 }).dataSync()]).toEqual([...bound]);
    const rate = freeBits(klPerDimension(q, model.prior), { floor: 0 });
    expectClose(rate.dataSync(), terms.rate.dataSync(), tolerance.float32, "free bits");
    const free = capacityElbo({ ...terms, gamma: 1, capacity: 0 });
    expectClose(free.dataSync(), bound, tolerance.float32, "capacity");
    // And away from the neutral setting they do not.
    expect(
      Math.max(
        ...betaElbo({ ...terms, beta: 2 })
          .sub(elbo(terms))
          .dataSync<"float32">(),
      ),
    ).toBeLessThan(-0.1);
  });
});

describe("Compiled equals eager", () => {
  it("for the model, every bound and every gradient", () => {
    const everything = (input: tf.Tensor, key: tf.Tensor): Record<string, tf.Tensor> => {
      const stream = rng(key as tf.Tensor1D);
      const posterior = model.posterior(input);
      const q = imperfect(input);
      const logW = weightsOf(q, stream, 7, input);
      const terms = { distortion: perExample(exactDistortion(q, input)), rate: kl(q, model.prior) };
      const byMean = (bound: (q: Normal) => tf.Tensor) =>
        tf.grad((m) => bound(normal({ mean: m, logVar: -1 })).sum())(tf.zeros([examples, latentDim]));
      return {
        logProb: perExample(tf.add(tf.neg(terms.distortion), terms.rate)),
        posterior: posterior.logProb(posterior.sample(stream)),
        decoded: model.decode(posterior.mean()).logProb(input),
        toPosterior: kl(q, posterior),
        elbo: elbo(terms),
        beta: betaElbo({ ...terms, beta: 3 }),
        capacity: capacityElbo({ ...terms, gamma: 2, capacity: 1 }),
        free: freeBits(klPerDimension(q, model.prior), { floor: 0.5 }),
        loss: maximize(meanOverBatch(elbo(terms))),
        iwae: importanceWeightedBound(logW),
        worth: effectiveSampleSize(logW),
        sampledKl: monteCarloKl(q, model.prior, stream, 5),
        exactGradient: byMean((at) => exactDistortion(at, input).add(kl(at, model.prior))),
        pathGradient: byMean((at) => importanceWeightedBound(weightsOf(at, rng(key as tf.Tensor1D), 7, input))),
      };
    };
    const compiled = jit(everything);
    for (const key of [rng(31).key, rng(32).key]) {
      const [eager, graph] = [everything(x, key), compiled(x, key)];
      for (const [name, value] of Object.entries(eager)) {
        expectClose((graph[name] as tf.Tensor).dataSync(), value.dataSync(), tolerance.float32, name);
      }
    }
    expect(compiled.stats).toEqual({ traces: 1, runs: 2 });
    compiled.dispose();
  });
});
