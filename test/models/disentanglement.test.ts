import { describe, expect, test } from "vitest";
import { gaussianLikelihood } from "../../src/likelihoods/gaussian-likelihood";
import { betaTcVae } from "../../src/models/beta-tc-vae";
import { betaVae } from "../../src/models/beta-vae";
import { capacityVae } from "../../src/models/capacity-vae";
import { dipVae } from "../../src/models/dip-vae";
import { factorVae } from "../../src/models/factor-vae";
import { permuteDimensions } from "../../src/objectives/permute-dimensions";
import { rng } from "../../src/runtime/rng";
import { tf } from "../../src/runtime/tensorflow";
import { evaluate } from "../../src/training/evaluate";
import { fit } from "../../src/training/fit";

const options = { dataShape: 6, latentDim: 2, hidden: [8], seed: 1 };
const binary = (examples = 40) => tf.tidy(() => rng(2).uniform([examples, 6]).less(0.4).toFloat()) as tf.Tensor2D;

/** What the phase "elbo" says of data with given schedules, its parts as numbers. */
async function said<M extends Parameters<typeof evaluate>[0]>(model: M, schedules: Record<string, number> = {}) {
  const x = binary();
  const all = await evaluate(model, x, { schedules });
  x.dispose();
  return all;
}

describe("the losses are those of the papers", () => {
  test("betaVae(): D + β R, with β 4 where nothing else is said", async () => {
    const model = betaVae(options);
    const { loss, distortion, rate } = (await said(model)).elbo;
    expect(loss).toBeCloseTo(distortion + 4 * rate, 4);
    const scheduled = (await said(model, { beta: 0 })).elbo;
    expect(scheduled.loss).toBeCloseTo(distortion, 4);
    model.dispose();
  });

  test("capacityVae(): D + γ |R − C|, whose minimum is a rate of C", async () => {
    const model = capacityVae({ ...options, capacity: 3, gamma: 20 });
    const x = binary();
    await fit(model, x, { epochs: 150, batchSize: 40, learningRate: 0.02, progress: false });
    // The batch's rates scatter around C, each at its own cost.
    expect((await said(model)).elbo.rate).toBeCloseTo(3, 0);
    const { loss, distortion, rate } = (await said(model, { capacity: 0 })).elbo;
    expect(loss / (distortion + 20 * rate)).toBeCloseTo(1, 4);
    x.dispose();
    model.dispose();
  });

  test("betaTcVae(): D + α MI + β TC + γ DWKL, and MI + TC + DWKL = R", async () => {
    const model = betaTcVae({ ...options, examples: 40, alpha: 0.5, beta: 3, gamma: 2 });
    const { loss, distortion, rate, ...parts } = (await said(model)).elbo;
    const { indexCodeMutualInformation: mi, totalCorrelation: tc, dimensionWiseKl: dwkl } = parts;
    expect(mi + tc + dwkl).toBeCloseTo(rate, 4);
    expect(loss).toBeCloseTo(distortion + 0.5 * mi + 3 * tc + 2 * dwkl, 3);
    const scheduled = (await said(model, { beta: 7 })).elbo;
    expect(scheduled.loss).toBeCloseTo(loss + 4 * tc, 3);
    model.dispose();
  });

  test.each([
    "i",
    "ii",
  ] as const)("dipVae() %s: the ELBO and the distances of a covariance from the identity", async (kind) => {
    const model = dipVae({ ...options, kind, lambdaOffDiagonal: 3, lambdaDiagonal: 5 });
    const { loss, distortion, rate, offDiagonal, diagonal } = (await said(model)).elbo;
    expect(loss).toBeCloseTo(distortion + rate + 3 * offDiagonal + 5 * diagonal, 3);
    const x = binary();
    const [[a = 0, b = 0], [noiseA = 0, noiseB = 0], covariance = 0] = tf.tidy(() => {
      const q = model.encode(x);
      const [first, second] = tf.split(q.mean().sub(q.mean().mean(0)), 2, 1) as [tf.Tensor, tf.Tensor];
      const spread = tf.concat([first, second], 1).square().mean(0);
      return [[...spread.dataSync()], [...q.variance().mean(0).dataSync()], first.mul(second).mean().dataSync()[0]];
    }) as [number[], number[], number];
    const [c, d] = kind === "i" ? [a, b] : [a + noiseA, b + noiseB];
    expect(offDiagonal).toBeCloseTo(2 * covariance ** 2, 4);
    expect(diagonal).toBeCloseTo((c - 1) ** 2 + (d - 1) ** 2, 4);
    x.dispose();
    model.dispose();
  });

  test("factorVae(): D + R + γ TC, TC the mean logit of the discriminator", async () => {
    const model = factorVae({ ...options, gamma: 7, discriminatorHidden: [8] });
    const { loss, distortion, rate, totalCorrelation } = (await said(model)).elbo;
    expect(loss).toBeCloseTo(distortion + rate + 7 * totalCorrelation, 4);
    const scheduled = (await said(model, { gamma: 0 })).elbo;
    expect(scheduled.loss).toBeCloseTo(distortion + rate, 4);
    expect(model.summary()).toContain("discriminator: [batch, 2] → [batch, 1]");
    model.dispose();
  });
});

test("factorVae(): of fixed codes with correlation ρ, the discriminator learns the total correlation −½ log(1 − ρ²)", async () => {
  // The encoder hands on its inputs as means of small variance, and the VAE's phase stands still.
  const rho = 0.9;
  const input = tf.input({ shape: [2] });
  const dense = tf.layers.dense({ units: 4 });
  const encoder = tf.model({ inputs: input, outputs: dense.apply(input) as tf.SymbolicTensor });
  dense.setWeights([tf.tensor2d([1, 0, 0, 0, 0, 1, 0, 0], [2, 4]), tf.tensor1d([0, 0, -8, -8])]);
  const model = factorVae({
    dataShape: 2,
    latentDim: 2,
    hidden: [4],
    encoder,
    encoderHead: false,
    likelihood: gaussianLikelihood(),
    discriminatorHidden: [32, 32],
    learningRateScales: { generator: 0 },
  });
  const correlated = (seed: number) =>
    tf.tidy(() => {
      const [a, b] = tf.split(rng(seed).normal([4000, 2]), 2, 1) as [tf.Tensor, tf.Tensor];
      return tf.concat([a, a.mul(rho).add(b.mul(Math.sqrt(1 - rho ** 2)))], 1);
    });
  const [x, fresh] = [correlated(3), correlated(4)];
  await fit(model, x, { epochs: 30, batchSize: 200, learningRate: 0.003, progress: false });
  const { elbo, discriminator } = await evaluate(model, fresh);
  const truth = -0.5 * Math.log(1 - rho ** 2);
  // Within a tenth of the truth, and on the side of a weak discriminator rather than above it.
  expect(elbo.totalCorrelation).toBeGreaterThan(0.85 * truth);
  expect(elbo.totalCorrelation).toBeLessThan(1.1 * truth);
  expect(discriminator.accuracy).toBeGreaterThan(0.65);
  model.dispose();
  tf.dispose([x, fresh]);
});

test("permuteDimensions() keeps the values of each dimension, and moves each dimension by itself", () => {
  tf.tidy(() => {
    const z = tf.stack([tf.range(0, 50), tf.range(100, 150), tf.range(200, 250)], 1) as tf.Tensor2D;
    const columns = permuteDimensions(z, rng(0)).transpose().arraySync() as number[][];
    for (const [j, column] of columns.entries()) {
      expect(column.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 50 }, (_, i) => 100 * j + i));
    }
    const [first, second] = columns as [number[], number[]];
    expect(first).not.toEqual(second.map((value) => value - 100));
    expect(first).not.toEqual(first.toSorted((a, b) => a - b));
  });
});

describe("options out of range are refused", () => {
  test.each([
    [() => betaVae({ ...options, beta: -1 }), /beta must be .* but got -1/],
    [() => capacityVae({ ...options, capacity: Number.NaN }), /capacityVae\(\): capacity must be .* but got NaN/],
    [() => capacityVae({ ...options, gamma: -1 }), /capacityVae\(\): gamma must be .* but got -1/],
    [() => betaTcVae({ ...options, examples: 0 }), /betaTcVae\(\): examples must be .* but got 0/],
    [() => betaTcVae({ ...options, examples: 9, alpha: -1 }), /betaTcVae\(\): alpha must be .* but got -1/],
    [
      () => betaTcVae({ ...options, examples: 9, estimator: "" as never }),
      /estimator must be "weighted" or "stratified"/,
    ],
    [() => factorVae({ ...options, gamma: -1 }), /factorVae\(\): gamma must be .* but got -1/],
    [() => dipVae({ ...options, kind: "iii" as never }), /kind must be "i" or "ii", but got 'iii'/],
    [() => dipVae({ ...options, lambdaDiagonal: -1 }), /dipVae\(\): lambdaDiagonal must be .* but got -1/],
  ])("%s", (make, message) => expect(make).toThrow(message));
});
