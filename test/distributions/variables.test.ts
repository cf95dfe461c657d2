import { mkdtempSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import * as lab from "../../src/index";
import { rng } from "../../src/runtime/rng";
import { tf } from "../../src/runtime/tensorflow";

beforeAll(() => tf.engine().startScope());
afterAll(() => tf.engine().endScope());

interface Row {
  family: string;
  parameter: string;
  /** The distribution with a variable for that parameter. */
  make: (variable: tf.Variable) => lab.Distribution;
  /** Two values of the variable, either of which is a sound parameter. */
  values: readonly [tf.Tensor, tf.Tensor];
  /** A point with a density. */
  x: tf.Tensor;
  /** Whether it may be the prior of two latent numbers. */
  prior?: boolean;
}

const t = (...row: number[]): tf.Tensor => tf.keep(tf.tensor2d([row]));
const real = [t(0.3, -0.7), t(0.5, 0.2)] as const;
const positive = [t(0.8, 1.7), t(1.4, 0.6)] as const;
const three = [t(0.3, -0.7, 0.1), t(0.5, 0.2, -1)] as const;
const x = t(0.4, 0.9);
const shares = t(0.2, 0.5, 0.3);
const triangles = [
  tf.keep(
    tf.tensor3d([
      [
        [0.8, 0],
        [0.3, 1.2],
      ],
    ]),
  ),
  tf.keep(
    tf.tensor3d([
      [
        [1.1, 0],
        [-0.2, 0.7],
      ],
    ]),
  ),
] as const;
const numbers = [tf.keep(tf.scalar(0.7)), tf.keep(tf.scalar(1.3))] as const;
const weights = [tf.keep(tf.tensor1d([0.3, -0.4])), tf.keep(tf.tensor1d([-1, 0.2]))] as const;
const eye = triangles[0];
const standard = lab.standardNormal([2]);

const rows: Row[] = [
  {
    family: "normal",
    parameter: "mean",
    make: (mean) => lab.normal({ mean, stdDev: 1 }),
    values: real,
    x,
    prior: true,
  },
  {
    family: "normal",
    parameter: "logVar",
    make: (logVar) => lab.normal({ mean: 0, logVar }),
    values: real,
    x,
    prior: true,
  },
  {
    family: "normal",
    parameter: "stdDev",
    make: (stdDev) => lab.normal({ mean: 0, stdDev }),
    values: positive,
    x,
    prior: true,
  },
  {
    family: "laplace",
    parameter: "mean",
    make: (mean) => lab.laplace({ mean, scale: 1 }),
    values: real,
    x,
    prior: true,
  },
  {
    family: "laplace",
    parameter: "logScale",
    make: (logScale) => lab.laplace({ mean: 0, logScale }),
    values: real,
    x,
    prior: true,
  },
  {
    family: "laplace",
    parameter: "scale",
    make: (scale) => lab.laplace({ mean: 0, scale }),
    values: positive,
    x,
    prior: true,
  },
  {
    family: "fullNormal",
    parameter: "mean",
    make: (mean) => lab.fullNormal({ mean, scaleTril: eye }),
    values: real,
    x,
    prior: true,
  },
  {
    family: "fullNormal",
    parameter: "scaleTril",
    make: (scaleTril) => lab.fullNormal({ mean: real[0], scaleTril }),
    values: triangles,
    x,
    prior: true,
  },
  { family: "bernoulli", parameter: "logits", make: (logits) => lab.bernoulli({ logits }), values: real, x: t(1, 0) },
  {
    family: "continuousBernoulli",
    parameter: "logits",
    make: (logits) => lab.continuousBernoulli({ logits }),
    values: real,
    x,
  },
  {
    family: "categorical",
    parameter: "logits",
    make: (logits) => lab.categorical({ logits }),
    values: three,
    x: t(0, 1, 0),
  },
  {
    family: "multinomial",
    parameter: "logits",
    make: (logits) => lab.multinomial({ logits }),
    values: three,
    x: t(2, 1, 0),
  },
  {
    family: "relaxedCategorical",
    parameter: "logits",
    make: (logits) => lab.relaxedCategorical({ logits, temperature: 0.7 }),
    values: three,
    x: shares,
  },
  {
    family: "relaxedCategorical",
    parameter: "temperature",
    make: (temperature) => lab.relaxedCategorical({ logits: three[0], temperature }),
    values: numbers,
    x: shares,
  },
  {
    family: "uniform",
    parameter: "low",
    make: (low) => lab.uniform({ low, high: 3 }),
    values: [t(0.1, 0.2), t(-1, 0)],
    x,
  },
  {
    family: "uniform",
    parameter: "high",
    make: (high) => lab.uniform({ low: -3, high }),
    values: [t(1, 2), t(2, 3)],
    x,
  },
  {
    family: "gamma",
    parameter: "concentration",
    make: (concentration) => lab.gamma({ concentration, rate: 2 }),
    values: positive,
    x,
  },
  { family: "gamma", parameter: "rate", make: (rate) => lab.gamma({ concentration: 2, rate }), values: positive, x },
  { family: "beta", parameter: "alpha", make: (alpha) => lab.beta({ alpha, beta: 2 }), values: positive, x },
  { family: "beta", parameter: "beta", make: (beta) => lab.beta({ alpha: 2, beta }), values: positive, x },
  {
    family: "dirichlet",
    parameter: "concentration",
    make: (concentration) => lab.dirichlet({ concentration }),
    values: [t(1, 2, 3), t(0.5, 1, 2)],
    x: shares,
  },
  {
    family: "discretizedLogistic",
    parameter: "mean",
    make: (mean) => lab.discretizedLogistic({ mean, logScale: -1, levels: 11 }),
    values: real,
    x,
  },
  {
    family: "discretizedLogistic",
    parameter: "logScale",
    make: (logScale) => lab.discretizedLogistic({ mean: 0.5, logScale, levels: 11 }),
    values: real,
    x,
  },
  {
    family: "mixture",
    parameter: "logits",
    make: (logits) =>
      lab.mixture({
        logits,
        components: lab.normal({
          mean: tf.tensor2d([
            [1, 0],
            [-1, 2],
          ]),
          logVar: 0,
        }),
      }),
    values: weights,
    x,
    prior: true,
  },
  {
    family: "mixture",
    parameter: "the standard deviation of a component",
    make: (stdDev) =>
      lab.mixture({
        logits: tf.zeros([1, 2]),
        components: [lab.normal({ mean: 0, stdDev }), lab.laplace({ mean: x, scale: 2 })],
      }),
    values: positive,
    x,
    prior: true,
  },
  {
    family: "transformed",
    parameter: "the scale of the base",
    make: (scale) =>
      lab.transformed({ base: lab.laplace({ mean: 0, scale }), bijector: lab.affineBijector({ shift: 1 }) }),
    values: positive,
    x,
    prior: true,
  },
  {
    family: "transformed",
    parameter: "the shift of an affine bijector",
    make: (shift) => lab.transformed({ base: standard, bijector: lab.affineBijector({ shift }) }),
    values: real,
    x,
    prior: true,
  },
  {
    family: "transformed",
    parameter: "the scale of an affine bijector in a chain",
    make: (logScale) =>
      lab.transformed({
        base: standard,
        bijector: lab.chainBijector([lab.affineBijector({ shift: 1 }), lab.affineBijector({ logScale })]),
      }),
    values: real,
    x,
    prior: true,
  },
];

const list = (tensor: tf.Tensor): number[] => [...tensor.dataSync()];

describe.each(rows)("$family: a variable as $parameter", ({ make, values, x, prior }) => {
  test("has a gradient through a density that was made before", () => {
    const variable = tf.variable(values[0]);
    const density = make(variable);
    const { grads } = tf.variableGrads(() => tf.sum(density.logProb(x)).asScalar(), [variable]);
    const gradient = list(grads[variable.name]!);
    expect(gradient.every(Number.isFinite) && gradient.some((value) => value !== 0)).toBe(true);
  });

  test("always has its current value, and may be given to `kl()` and `tf.tidy()`", () => {
    const [variable, other] = [tf.variable(values[0]), tf.variable(values[1])];
    const density = tf.tidy(() => make(variable) as never) as lab.Distribution;
    const before = list(density.logProb(x));
    variable.assign(values[1]);
    expect(list(density.logProb(x))).toEqual(list(make(other).logProb(x)));
    expect(list(density.logProb(x))).not.toEqual(before);
    expect(list(density.sample(rng(1)))).toEqual(list(make(other).sample(rng(1))));
    if (density.family in { normal: 0, laplace: 0 }) {
      expect(list(lab.kl(density, standard))).toEqual(list(lab.kl(make(other), standard)));
    }
  });

  test.runIf(prior)("is listed by a model whose prior it is, trained, saved and loaded", async () => {
    const folder = mkdtempSync(path.join(os.tmpdir(), "elbo-lab-test-"));
    const warn = vi.spyOn(console, "warn").mockImplementation(() => {});
    const sizes = { dataShape: 6, latentDim: 2, hidden: [5], seed: 1 };
    try {
      const variable = tf.variable(values[0]);
      const model = lab.vae({ ...sizes, prior: make(variable) });
      expect(model.variables()).toContain(variable);
      expect(model.phases[0].variables()).toContain(variable);
      await lab.fit(model, rng(2).uniform([40, 6]).less(0.5).toFloat(), { epochs: 1, progress: false, compile: false });
      const trained = list(variable);
      expect(trained).not.toEqual(list(values[0]));
      await lab.save(model, folder);
      const again = tf.variable(values[1]);
      await lab.load(folder, lab.vae, { prior: make(again) });
      expect(list(again)).toEqual(trained);
      model.dispose();
    } finally {
      warn.mockRestore();
      rmSync(folder, { recursive: true });
    }
  });
});

test("parameters are those that were given, and the computed one is read when it is needed", () => {
  const stdDev = tf.variable(positive[0]);
  const { parameters } = lab.normal({ mean: 0, stdDev });
  expect(Object.keys(parameters)).toEqual(["mean", "stdDev"]);
  expect(list(parameters.logVar as tf.Tensor)).toEqual(list(stdDev.log().mul(2)));
  stdDev.assign(positive[1]);
  expect(list(parameters.logVar as tf.Tensor)).toEqual(list(stdDev.log().mul(2)));
  expect(lab.normal({ mean: x, stdDev: 2 }).parameters).toEqual({ mean: x, logVar: 2 * Math.log(2) });
  expect(lab.laplace({ mean: x, scale: 2 }).parameters).toEqual({ mean: x, logScale: Math.log(2) });
});
