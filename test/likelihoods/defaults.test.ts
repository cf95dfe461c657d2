import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { discretizedLogistic } from "../../src/distributions/discretized-logistic";
import type { LibraryLikelihood } from "../../src/likelihoods/build-likelihood";
import { discretizedLogisticError } from "../../src/likelihoods/discretized-logistic-error";
import { discretizedLogisticLikelihood } from "../../src/likelihoods/discretized-logistic-likelihood";
import { gaussianLikelihood } from "../../src/likelihoods/gaussian-likelihood";
import { laplaceLikelihood } from "../../src/likelihoods/laplace-likelihood";
import { vae } from "../../src/models/vae";
import { rng } from "../../src/runtime/rng";
import { tf } from "../../src/runtime/tensorflow";
import { evaluate } from "../../src/training/evaluate";
import { fit } from "../../src/training/fit";
import { tolerance } from "../tolerance";

beforeAll(() => tf.engine().startScope());
afterAll(() => tf.engine().endScope());

const [examples, components] = [1280, 30];
/** Smooth functions of two hidden numbers. */
const clean = (): tf.Tensor =>
  rng(1)
    .normal([examples, 2])
    .matMul(rng(2).normal([2, components]).mul(0.3) as tf.Tensor2D)
    .tanh();
const uniform = (seed: number) => rng(seed).uniform([examples, components]).maximum(1e-7);
const laplaceNoise = () => tf.sub(uniform(4).log(), uniform(3).log());
const logisticNoise = () => uniform(3).log().sub(uniform(3).neg().log1p());

interface Row {
  name: string;
  make: (options?: object) => LibraryLikelihood;
  /** The option that holds the kind of scale. */
  option: string;
  /** Noisy data, and what the first variable holds at the scale of the noise. */
  data: () => tf.Tensor;
  truth: number;
}

const rows: Row[] = [
  {
    name: "gaussianLikelihood()",
    make: gaussianLikelihood,
    option: "stdDev",
    data: () => clean().add(rng(3).normal([examples, components]).mul(0.05)),
    truth: 2 * Math.log(0.05),
  },
  {
    name: "laplaceLikelihood()",
    make: laplaceLikelihood,
    option: "scale",
    data: () => clean().add(laplaceNoise().mul(0.05)),
    truth: Math.log(0.05),
  },
  {
    name: "discretizedLogisticLikelihood()",
    make: discretizedLogisticLikelihood,
    option: "scale",
    data: () => clean().mul(0.3).add(0.5).add(logisticNoise().mul(0.02)).clipByValue(0, 1).mul(255).round().div(255),
    truth: Math.log(0.02),
  },
];

const holds = (likelihood: LibraryLikelihood): number => likelihood.variables[0]!.dataSync()[0]!;
/** Outputs of a decoder of one component, and data to which they are bad and good predictions. */
const [outputs, seen] = [tf.keep(rng(5).normal([400, 1]).mul(0.2)) as tf.Tensor2D, tf.keep(tf.zeros([400, 1]))];

describe.each(rows)("$name", ({ make, option, data, truth }) => {
  const near = (likelihood: LibraryLikelihood, x: tf.Tensor, mean: tf.Tensor2D) =>
    tf.tidy(() => likelihood.distribution(mean, [x.shape[1]!]).logProb(x).mean().dataSync()[0]!);

  test("has the best scale for a batch after a few steps, and no other is better", () => {
    const likelihood = make();
    const x = tf.tidy(() => tf.slice(data(), [0, 0], [400, 1]));
    for (let step = 0; step < 20; step++) likelihood.adapt!(likelihood.distribution(outputs, [1]), x);
    const [at, best] = [holds(likelihood), near(likelihood, x, outputs)];
    for (const shift of [-1, -0.1, 0.1, 1]) {
      likelihood.variables[0]!.assign(tf.scalar(at + shift));
      expect(near(likelihood, x, outputs)).toBeLessThan(best);
    }
  });

  // With learned scales, as the default was, the gap is above 0.5 nats per component.
  test("costs hardly more than the best scale after a short training with the defaults", async () => {
    const likelihood = make();
    const model = vae({ dataShape: components, latentDim: 2, hidden: [64], likelihood, seed: 1 });
    const x = tf.tidy(data);
    const { steps } = await fit(model, x, { epochs: 40, batchSize: 64, progress: false, xla: false });
    expect(steps).toBe(800);
    const at = holds(likelihood);
    const loss = async (value: number): Promise<number> => {
      likelihood.variables[0]!.assign(tf.scalar(value));
      return (await evaluate(model, x)).elbo.loss;
    };
    const found = await loss(at);
    for (const shift of [-0.5, -0.2, -0.1, 0.1, 0.2, 0.5]) {
      expect((found - (await loss(at + shift))) / components).toBeLessThan(0.005);
    }
    // The networks are not there yet: their errors add to the noise.
    expect(at).toBeGreaterThan(truth);
    model.dispose();
  });

  test("may be fixed, and is then what was given", () => {
    const likelihood = make({ [option]: 0.3 });
    expect([likelihood.variables, likelihood.adapt]).toEqual([[], undefined]);
    expect(likelihood.spec.options).toMatchObject({ [option]: 0.3 });
    const other = make({ [option]: "optimal" });
    other.variables[0]!.assign(tf.scalar(option === "stdDev" ? 2 * Math.log(0.3) : Math.log(0.3)));
    const [a, b] = [near(likelihood, seen, outputs), near(other, seen, outputs)];
    expect(Math.abs(a - b)).toBeLessThan(tolerance.float32 * (1 + Math.abs(b)));
  });

  test("is optimal by default, and learned where `track` is given, as in models saved before there was a choice", () => {
    const kindOf = (options?: object) => (make(options).spec.options as Record<string, unknown>)[option];
    expect(kindOf()).toBe("optimal");
    expect(kindOf({ track: false })).toBe("learned");
    expect(kindOf({ track: true })).toBe("learned");
    expect(make({ track: false }).variables.map(({ trainable }) => trainable)).toEqual([true]);
    expect(make({ [option]: "learned" }).adapt).toBeUndefined();
    const { options } = make({ [option]: "learned", track: true }).spec;
    expect(make(options).spec.options).toEqual(options);
  });

  test("refuses what it cannot do", () => {
    expect(() => make({ [option]: "optimal", track: true })).toThrow(
      `track must be false or omitted if ${option} is "optimal", but got true.`,
    );
    expect(() => make({ [option]: "best" })).toThrow(`${option} must be a number above 0, "learned`);
    expect(() => make({ [option]: 0 })).toThrow(`${option} must be a number above 0, "learned`);
  });
});

test.each([
  [256, Math.log(0.05)],
  [256, -9],
  [2, 0],
  [4, -1.5],
])("the error of a discretized logistic is s (1 + d log P/d log s): %d levels, log s = %f", (levels, logScale) => {
  const mean = tf.sigmoid(rng(1).normal([300, 5])) as tf.Tensor;
  const x = rng(2)
    .uniform([300, 5])
    .mul(levels - 1)
    .round()
    .div(levels - 1);
  const scales = tf.fill([300, 5], logScale);
  const slopes = tf.grad((s) => discretizedLogistic({ mean, logScale: s, levels }).logProb(x))(scales);
  const expected = slopes.add(1).dataSync();
  const found = discretizedLogisticError(x, mean, tf.scalar(logScale), levels).div(Math.exp(logScale)).dataSync();
  for (const [i, value] of found.entries()) {
    expect(Math.abs(value - expected[i]!)).toBeLessThan(tolerance.float32 * (1 + Math.abs(expected[i]!)));
  }
});
