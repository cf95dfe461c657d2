import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { kl } from "../../src/distributions/kl";
import { klRules } from "../../src/distributions/kl-rules";
import { belowOne } from "../../src/distributions/positive";
import { rng } from "../../src/runtime/rng";
import { tf } from "../../src/runtime/tensorflow";
import { expectFinite, gradientOf } from "./check";
import { type Family, type FamilyName, families, type Parameters } from "./distributions";

beforeEach(() => tf.engine().startScope());
afterEach(() => tf.engine().endScope());

/** Parameters at which careless formulas overflow, and data at the edge of the support. Each column is one component. */
interface Extreme {
  name: FamilyName;
  parameters: Record<string, number[] | number>;
  /** Besides the family's own draws, values that data may have. */
  data: number[];
  /** Quantities whose true value float32 cannot hold or resolve there, with the reason. */
  except?: Partial<Record<"mean" | "variance" | "entropy" | "kl" | "gradient", string>>;
}

const logits = [-1e4, -50, -1e-6, 0, 1e-6, 0.1, 50, 1e4];
const logVars = [-20, -20, -10, 0, 0, 10, 20, 20];
const means = [-1e3, 0, 1, 0, 1, 0, -1, 1e3];
const extremes: Extreme[] = [
  { name: "normal", parameters: { mean: means, logVar: logVars }, data: [0, 0, 1, 0, 1, 0, 1, 1] },
  { name: "laplace", parameters: { mean: means, logScale: logVars }, data: [0, 0, 1, 0, 1, 0, 1, 1] },
  { name: "bernoulli", parameters: { logits }, data: [1, 1, 0, 0, 0, 1, 0, 0] },
  { name: "grayBernoulli", parameters: { logits }, data: [0.5, 0.25, 1, 0.5, 0, 0.1, 0.3, 0.7] },
  { name: "continuousBernoulli", parameters: { logits }, data: [1, 0.5, 0, 0.5, 1, 0.2, 0, 0] },
  {
    name: "discretizedLogistic",
    parameters: { mean: [-5, 0, 0.5, 0, 1, 0.2, 1, 6], logScale: [-7, -10, -5, 0, 0, 3, 10, 20] },
    data: [0, 0, 1, 1, 0, 1, 0, 1],
  },
  { name: "categorical", parameters: { logits }, data: [0, 0, 0, 1, 0, 0, 0, 0] },
  { name: "multinomial", parameters: { logits }, data: [0, 3, 0, 1, 0, 200, 0, 0] },
  {
    name: "relaxedCategorical",
    parameters: { logits, temperature: 0.1 },
    data: [0, 0, 0, 1, 0, 0, 0, 0],
  },
  {
    name: "relaxedCategorical",
    parameters: { logits: [-20, -5, 0, 0, 1, 2, 5, 20], temperature: 20 },
    data: [1, 0, 0, 0, 0, 0, 0, 0],
  },
  { name: "uniform", parameters: { low: means, high: means.map((m) => m + 1) }, data: means },
  {
    name: "gamma",
    parameters: { concentration: [1e-3, 0.01, 0.1, 1, 1, 10, 100, 1e4], rate: [1, 1e-4, 1, 1e4, 1, 1, 1e-4, 1] },
    data: [1e-30, 1e-3, 1, 1, 1e-10, 1, 1, 1e4],
  },
  {
    name: "beta",
    parameters: { alpha: [1e-3, 0.01, 0.1, 1, 1, 10, 100, 1e4], beta: [1e-3, 100, 0.1, 1, 1e4, 0.1, 100, 1] },
    data: [1e-30, 0.5, 0.999999, 0.5, 1e-10, 0.999999, 0.5, 0.5],
  },
  {
    name: "dirichlet",
    parameters: { concentration: [1e-3, 0.01, 0.1, 1, 1, 10, 100, 1e4] },
    data: [0, 0, 0, 0, 0, 0, 0, 1],
  },
  {
    name: "logNormal",
    parameters: { shift: [-20, -5, 0, 0, 1, 2, 5, 20], logScale: [-5, -2, 0, 0, 0, 1, -1, -5] },
    data: [1e-30, 1, 1, 1, 1, 1e4, 1, 1e8],
  },
  {
    name: "logitNormal",
    parameters: { shift: [-20, -5, 0, 0, 1, 2, 5, 20], logScale: [-5, -2, 0, 0, 0, 1, -1, -5] },
    data: [1e-30, 0.5, belowOne, 1e-20, 1e-30, 0.5, belowOne, 0.999999],
  },
];

describe.each(extremes)("$name at extreme parameters", ({ name, parameters, data }) => {
  const family = families[name] as Family;
  const row = (values: number[] | number) => (typeof values === "number" ? tf.scalar(values) : tf.tensor2d([values]));
  const tensors = (): Parameters =>
    Object.fromEntries(Object.entries(parameters).map(([key, values]) => [key, row(values)]));
  const points = () => ({ data: row(data), draw: family.make(tensors()).sample(rng(31)) });

  it("draws finite values", () => {
    expectFinite(family.make(tensors()).sample(rng(30), 100), "draws");
  });

  it("has a finite log-density and finite gradients at its draws and at the edges of the data", () => {
    for (const [where, x] of Object.entries(points())) {
      expectFinite(family.make(tensors()).logProb(x), `logProb at ${where}`);
      for (const [key, at] of Object.entries(tensors())) {
        const value = (t: tf.Tensor) =>
          family
            .make({ ...tensors(), [key]: t })
            .logProb(x)
            .sum();
        expectFinite(gradientOf(value, at), `gradient at ${where} by ${key}`);
      }
      if (!family.discrete) {
        expectFinite(
          gradientOf((t) => family.make(tensors()).logProb(t).sum(), x),
          `gradient at ${where} by x`,
        );
      }
    }
  });

  it("has finite gradients through its draws", () => {
    for (const [key, at] of Object.entries(tensors())) {
      const value = (t: tf.Tensor) =>
        family
          .make({ ...tensors(), [key]: t })
          .sample(rng(32))
          .sum();
      expectFinite(gradientOf(value, at), `gradient by ${key}`);
    }
  });

  it("has finite moments, entropy and divergence from another, with finite gradients", () => {
    const d = family.make(tensors());
    for (const method of ["mean", "variance", "entropy"] as const) {
      let value: tf.Tensor;
      try {
        value = d[method]();
      } catch (error) {
        expect(String(error)).toMatch(/NoClosedFormError/);
        continue;
      }
      expectFinite(value, method);
      for (const [key, at] of Object.entries(tensors())) {
        const of = (t: tf.Tensor) =>
          family
            .make({ ...tensors(), [key]: t })
            [method]()
            .sum();
        expectFinite(gradientOf(of, at), `gradient of ${method} by ${key}`);
      }
    }
    if (!klRules[`${d.family}/${d.family}`] || d.family === "uniform") return;
    expectFinite(kl(d, d), "kl");
    expect(kl(d, d).dataSync()[0]).toBe(0);
  });
});
