import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { categorical } from "../../src/distributions/categorical";
import { supports } from "../../src/distributions/support";
import { rng } from "../../src/runtime/rng";
import { tf } from "../../src/runtime/tensorflow";
import { tolerance } from "../tolerance";
import { expectClose, gradientOf } from "./check";
import { cases, distributionOf, families, type Parameters, parametersOf, tensor } from "./distributions";

beforeEach(() => tf.engine().startScope());
afterEach(() => tf.engine().endScope());

const floats = (t: tf.Tensor) => t.dataSync<"float32">();
const numbers = (values: unknown): number[] => [values].flat(Number.POSITIVE_INFINITY) as number[];

describe.each(cases)("$name", (row) => {
  it("has the log-density of the reference, at one draw and at several", () => {
    const d = distributionOf(row);
    const x = tensor(row.x);
    const wanted = numbers(row.logProb);
    expectClose(d.logProb(x).dataSync(), wanted, tolerance.reference, "logProb");
    const first = d.logProb(x.gather(0)).dataSync();
    expectClose(first, wanted.slice(0, first.length), tolerance.reference, "logProb without sample axis");
  });

  it.each(["mean", "variance", "entropy"] as const)("has the %s of the reference, or says that it has none", (name) => {
    const d = distributionOf(row);
    const wanted = row[name];
    if (wanted === null) return expect(() => d[name]()).toThrow(/has no closed form\. Use .* instead\./);
    expectClose(d[name]().dataSync(), numbers(wanted), tolerance.reference, name);
  });

  it("has the gradient of central differences, by every parameter and by x", () => {
    const parameters = parametersOf(row);
    const density = (x: tf.Tensor, p: Parameters) => row.make(p).logProb(x);
    const names = Object.keys(parameters);
    const x = tensor(row.x);
    const all = row.discrete ? names : [...names, "x"];
    const at = (name: string) => (name === "x" ? x : (parameters[name] as tf.Tensor));
    /** In proportion to x, so that points near the edge of the support do not step over it; a row of the simplex stays on it. */
    const inwards = (noise: tf.Tensor): tf.Tensor => {
      const change = noise.mul(x);
      return row.make(parameters).support === supports.simplex ? change.sub(x.mul(change.sum(-1, true))) : change;
    };
    for (const name of all) {
      const value = (t: tf.Tensor) =>
        name === "x" ? density(t, parameters) : density(x, { ...parameters, [name]: t });
      const gradient = gradientOf((t) => value(t).sum(), at(name));
      const noise = rng(7).normal(at(name).shape);
      const direction = name === "x" ? inwards(noise) : noise;
      const step = 2e-3;
      const ahead = floats(value(at(name).add(direction.mul(step))));
      const behind = floats(value(at(name).sub(direction.mul(step))));
      // Summed in float64: the sum of log-densities would lose the digits of the difference.
      const difference = ahead.reduce((sum, v, i) => sum + (v - (behind[i] as number)), 0) / (2 * step);
      const slope = gradient.mul(direction).sum().dataSync();
      expectClose(slope, [difference], tolerance.gradient, `gradient by ${name}`);
    }
  });

  it("gives [batch] for [batch, …event] and [n, batch] for [n, batch, …event]", () => {
    const d = distributionOf(row);
    const shape = [d.batch, ...d.eventShape];
    const one = d.sample(rng(1));
    const many = d.sample(rng(1), 6);
    expect(one.shape).toEqual(shape);
    expect(many.shape).toEqual([6, ...shape]);
    expect(d.logProb(one).shape).toEqual([d.batch]);
    expect(d.logProb(many).shape).toEqual([6, d.batch]);
    expect(d.sample(rng(1), 1).shape).toEqual([1, ...shape]);
    for (const moment of ["mean", "variance"] as const) {
      if (row[moment] !== null) expect(d[moment]().shape).toEqual(shape);
    }
    if (row.entropy !== null) expect(d.entropy().shape).toEqual([d.batch]);
  });

  it("refuses x of another shape or type, naming what it accepts", () => {
    const d = distributionOf(row);
    expect(() => d.logProb(tf.zeros([d.batch + 2, ...d.eventShape, 9]))).toThrow(/logProb\(\): x must be of shape \[/);
    expect(() => d.logProb(tf.zeros([d.batch, ...d.eventShape], "bool"))).toThrow(/x must be a float32 tensor/);
    expect(() => d.sample(rng(1), 0)).toThrow(/sample\(\): n must be a whole number of at least 1, but got 0/);
  });
});

/** For each family on one axis: parameters of batch 2, and where the density has its mass. */
const lines: { name: keyof typeof families; parameters: Record<string, number[][]>; from: number; to: number }[] = [
  { name: "normal", parameters: { mean: [[0.3], [-1]], logVar: [[0.5], [-2]] }, from: -12, to: 12 },
  { name: "fullNormal", parameters: { mean: [[0.3], [-1]], scaleTril: [[0.7], [1.2]] }, from: -12, to: 12 },
  { name: "laplace", parameters: { mean: [[0], [0.5]], logScale: [[-1], [0.2]] }, from: -25, to: 25 },
  { name: "continuousBernoulli", parameters: { logits: [[0], [-6]] }, from: 0, to: 1 },
  { name: "continuousBernoulli", parameters: { logits: [[0.01], [0.98]] }, from: 0, to: 1 },
  {
    name: "ownMixture",
    parameters: {
      logits: [
        [0, 1],
        [2, -2],
      ],
      mean: [
        [-3, 2],
        [0, 1],
      ],
      logScale: [
        [0, -1],
        [0.3, 1],
      ],
    },
    from: -50,
    to: 50,
  },
  { name: "uniform", parameters: { low: [[-1], [0.5]], high: [[2], [0.75]] }, from: -2, to: 3 },
  { name: "gamma", parameters: { concentration: [[2.5], [4]], rate: [[1], [2.5]] }, from: 0, to: 40 },
  { name: "beta", parameters: { alpha: [[2], [3.5]], beta: [[5], [1.5]] }, from: 0, to: 1 },
  { name: "logNormal", parameters: { shift: [[0], [-0.5]], logScale: [[-1], [-0.5]] }, from: 0, to: 60 },
  { name: "logitNormal", parameters: { shift: [[0], [-0.5]], logScale: [[-1], [0]] }, from: 0, to: 1 },
];

describe("The density integrates to one", () => {
  it.each(lines)("$name from $from to $to", ({ name, parameters, from, to }) => {
    const points = 200_000;
    const width = (to - from) / points;
    const vector = ([a, b]: number[][]) => [a, b] as number[][];
    const p = Object.fromEntries(
      Object.entries(parameters).map(([key, rows]) => {
        const flat = tf.tensor(vector(rows), undefined, "float32");
        if (name === "fullNormal" && key === "scaleTril") return [key, flat.expandDims(2)];
        return [key, name === "ownMixture" && key !== "logits" ? flat.expandDims(2) : flat];
      }),
    );
    const d = families[name].make(p as never);
    // The midpoint rule, in float64 except for the points and log-densities.
    const x = tf.tensor(
      Float32Array.from({ length: points }, (_, i) => from + (i + 0.5) * width),
      [points, 1, 1],
    );
    const logProb = d.logProb(x).dataSync();
    const masses = [0, 0];
    for (let i = 0; i < logProb.length; i++)
      masses[i % 2] = (masses[i % 2] ?? 0) + Math.exp(logProb[i] as number) * width;
    expectClose(masses, [1, 1], tolerance.quadrature, "mass");
  });

  it("on the simplex of two classes: relaxedCategorical and dirichlet", () => {
    const points = 100_000;
    const t = Float32Array.from({ length: points }, (_, i) => (i + 0.5) / points);
    const rows = tf.stack([tf.tensor1d(t), tf.sub(1, tf.tensor1d(t))], 1).expandDims(1);
    const logits = tf.tensor2d([[0.3, -0.6]]);
    for (const d of [
      families.relaxedCategorical.make({ logits, temperature: tf.scalar(1.5) }),
      families.dirichlet.make({ concentration: tf.tensor2d([[2.5, 1.7]]) }),
    ]) {
      const mass = floats(d.logProb(rows)).reduce((sum, v) => sum + Math.exp(v) / points, 0);
      expectClose([mass], [1], tolerance.quadrature, d.family);
    }
  });
});

describe("The probabilities sum to one", () => {
  it("bernoulli over {0, 1}", () => {
    const d = families.bernoulli.make({ logits: tf.tensor2d([[-3], [0.2]]) });
    expectClose(
      d
        .logProb(tf.tensor3d([0, 1], [2, 1, 1]))
        .exp()
        .sum(0)
        .dataSync(),
      [1, 1],
      tolerance.float32,
    );
  });

  it("discretizedLogistic over its 256 levels, wherever the mean is", () => {
    const d = families.discretizedLogistic.make({
      mean: tf.tensor2d([[-0.2], [0.5], [1.1]]),
      logScale: tf.tensor2d([[-3], [-6], [0]]),
    });
    const levels = tf.range(0, 256).div(255).reshape([256, 1, 1]);
    expectClose(d.logProb(levels).exp().sum(0).dataSync(), [1, 1, 1], tolerance.reference);
  });

  it("categorical over its classes, as indices and as one-hot rows", () => {
    const d = categorical({
      logits: tf.tensor2d([
        [0.3, -2, 1],
        [5, 0, 0],
      ]),
    });
    const indices = tf.tensor2d([0, 1, 2], [3, 1], "int32");
    const oneHot = tf.eye(3).expandDims(1);
    expectClose(d.logProb(indices).exp().sum(0).dataSync(), [1, 1], tolerance.float32);
    expectClose(d.logProb(oneHot).dataSync(), d.logProb(indices).dataSync(), tolerance.exact);
  });

  it("multinomial over the texts of two words, each order on its own", () => {
    const d = families.multinomial.make({ logits: tf.tensor2d([[0.3, -2, 1]]) });
    const word = tf.eye(3);
    const texts = word.expandDims(1).add(word.expandDims(0)).reshape([9, 1, 3]);
    expectClose(d.logProb(texts).exp().sum(0).dataSync(), [1], tolerance.float32);
  });
});
