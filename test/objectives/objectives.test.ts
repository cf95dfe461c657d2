import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type PerExample, perExample } from "../../src/distributions/per-example";
import { jit } from "../../src/jit/jit";
import { betaElbo } from "../../src/objectives/beta-elbo";
import { capacityElbo } from "../../src/objectives/capacity-elbo";
import { effectiveSampleSize } from "../../src/objectives/effective-sample-size";
import { elbo } from "../../src/objectives/elbo";
import { freeBits } from "../../src/objectives/free-bits";
import { importanceWeightedBound } from "../../src/objectives/importance-weighted-bound";
import { logWeights } from "../../src/objectives/log-weights";
import { maximize, minimize } from "../../src/objectives/loss";
import { meanOverBatch } from "../../src/objectives/mean-over-batch";
import { weightedSum } from "../../src/objectives/weighted-sum";
import { tf } from "../../src/runtime/tensorflow";
import { expectClose, leaked } from "../laws/check";
import { tolerance } from "../tolerance";

beforeEach(() => tf.engine().startScope());
afterEach(() => tf.engine().endScope());

const terms = () => ({ distortion: perExample(tf.tensor1d([80, 90])), rate: perExample(tf.tensor1d([20, 30])) });

describe("The bounds", () => {
  it("elbo is −D − R", () => {
    expect([...elbo(terms()).dataSync()]).toEqual([-100, -120]);
  });

  it("betaElbo weighs the rate, is the ELBO at β = 1 and minus the distortion at β = 0", () => {
    expect([...betaElbo({ ...terms(), beta: 4 }).dataSync()]).toEqual([-160, -210]);
    expect([...betaElbo({ ...terms(), beta: 1 }).dataSync()]).toEqual([...elbo(terms()).dataSync()]);
    expect([...betaElbo({ ...terms(), beta: 0 }).dataSync()]).toEqual([-80, -90]);
    expect([...betaElbo({ ...terms(), beta: tf.scalar(0.5) }).dataSync()]).toEqual([-90, -105]);
  });

  it("capacityElbo pays for the distance of each example's rate from the capacity, on either side", () => {
    expect([...capacityElbo({ ...terms(), gamma: 10, capacity: 25 }).dataSync()]).toEqual([-130, -140]);
    const at = (rate: number) =>
      tf.grad((r) => capacityElbo({ ...terms(), rate: perExample(r), gamma: 10, capacity: 25 }).sum())(
        tf.tensor1d([rate, 26]),
      );
    expect([...at(24).dataSync()]).toEqual([10, -10]);
    expect(Math.abs(at(25).dataSync()[0] as number)).toBe(0);
  });

  it.each([
    [
      "a negative β",
      () => betaElbo({ ...terms(), beta: -1 }),
      /betaElbo\(\): beta must be a finite number of at least 0/,
    ],
    ["NaN", () => betaElbo({ ...terms(), beta: Number.NaN }), /but got NaN/],
    [
      "a β per example",
      () => betaElbo({ ...terms(), beta: tf.ones([2]) as never }),
      /or a scalar tensor, but got a tensor of type float32 and shape \[2\]/,
    ],
    ["a negative γ", () => capacityElbo({ ...terms(), gamma: -1, capacity: 0 }), /gamma must be/],
    ["an infinite capacity", () => capacityElbo({ ...terms(), gamma: 1, capacity: Infinity }), /capacity must be/],
  ])("refuse %s", (_, call, message) => expect(call).toThrow(message));
});

describe("freeBits", () => {
  // Two examples, four dimensions; means over the batch: 0.1, 2, 0.5, 3.
  const rates = () =>
    tf.tensor2d([
      [0.2, 1, 0.3, 4],
      [0, 3, 0.7, 2],
    ]);

  it("is max(λ, mean KL) per dimension, summed: Kingma et al. 2016, equation 15", () => {
    const paper = tf.maximum(rates().mean(0), 1).sum();
    expectClose(meanOverBatch(freeBits(rates(), { floor: 1 })).dataSync(), paper.dataSync(), tolerance.float32);
    const gradient = tf.grad((r) => meanOverBatch(freeBits(r, { floor: 1 })))(rates());
    const wanted = tf.grad((r) => tf.maximum(r.mean(0), 1).sum())(rates());
    expectClose(gradient.dataSync(), wanted.dataSync(), tolerance.float32);
  });

  it("takes groups of neighboring dimensions", () => {
    // Groups cost (1.2, 4.3) and (3, 2.7): means 2.1 and 3.5, of which the first is below 3.
    const value = freeBits(rates(), { floor: 3, groups: 2 });
    expectClose(value.dataSync(), [3 + 4.3, 3 + 2.7], tolerance.float32);
    const whole = freeBits(rates(), { floor: 0, groups: 1 });
    expectClose(whole.dataSync(), rates().sum(1).dataSync(), tolerance.float32);
  });

  it("compares each example on its own when asked", () => {
    const value = freeBits(rates(), { floor: 1, compare: "example" });
    expectClose(value.dataSync(), [1 + 1 + 1 + 4, 1 + 3 + 1 + 2], tolerance.float32);
  });

  it.each([
    [
      "rates that are summed already",
      () => freeBits(tf.ones([2]), { floor: 1 }),
      /rates must be a float32 tensor of shape \[batch, D\].*but got a tensor of type float32 and shape \[2\]/,
    ],
    ["a negative floor", () => freeBits(rates(), { floor: -1 }), /freeBits\(\): floor must be/],
    [
      "groups that do not divide",
      () => freeBits(rates(), { floor: 1, groups: 3 }),
      /groups must be a whole number that divides D = 4, but got 3/,
    ],
    [
      "another comparison",
      () => freeBits(rates(), { floor: 1, compare: "mean" as never }),
      /compare must be "batch" or "example"/,
    ],
  ])("refuses %s", (_, call, message) => expect(call).toThrow(message));
});

describe("importanceWeightedBound", () => {
  const weights = () =>
    tf.tensor2d([
      [-100, -1e4],
      [-101, -1e4 + 2],
      [-99, -1e4 - 1],
    ]);

  it("is the log of the mean weight, not the mean of the logs", () => {
    const wanted = [Math.log((Math.exp(0) + Math.exp(-1) + Math.exp(1)) / 3) - 100];
    expectClose(importanceWeightedBound(weights()).slice(0, 1).dataSync(), wanted, tolerance.float32);
    const logs = weights().mean(0).dataSync();
    const bound = importanceWeightedBound(weights()).dataSync();
    for (const i of [0, 1]) expect(bound[i]).toBeGreaterThan(logs[i] as number);
  });

  it("with k = 1 is the ELBO", () => {
    const { distortion, rate } = terms();
    const zero = tf.zeros([1, 2]);
    const one = logWeights({
      likelihood: distortion.neg().expandDims(0),
      prior: rate.neg().expandDims(0),
      posterior: zero,
    });
    expect([...importanceWeightedBound(one).dataSync()]).toEqual([...elbo(terms()).dataSync()]);
  });

  it("has the normalized weights as gradient", () => {
    const gradient = tf.grad((w) => importanceWeightedBound(w).sum())(weights());
    expectClose(gradient.dataSync(), tf.softmax(weights().transpose()).transpose().dataSync(), tolerance.float32);
  });

  it("grows with k on average and stays below log p(x): a normal model with a known marginal", () => {
    // p(z) = N(0, 1), p(x|z) = N(z, 1), so log p(x) = log N(x; 0, 2); q is the prior.
    const x = 1.5;
    const truth = -0.5 * Math.log(4 * Math.PI) - x ** 2 / 4;
    const z = tf.randomNormal([64, 20_000], 0, 1, "float32", 7);
    const likelihood = tf.sub(-0.5 * Math.log(2 * Math.PI), tf.square(tf.sub(x, z)).div(2));
    const bound = (k: number) =>
      importanceWeightedBound(likelihood.reshape([k, (64 * 20_000) / k]))
        .mean()
        .dataSync()[0] as number;
    const bounds = [1, 4, 16, 64].map(bound);
    for (let i = 1; i < bounds.length; i++) expect(bounds[i]).toBeGreaterThan(bounds[i - 1] as number);
    expect(bounds[3]).toBeLessThan(truth);
    expect(truth - (bounds[3] as number)).toBeLessThan(0.02);
  });

  it("refuses weights without the axis of draws", () => {
    expect(() => importanceWeightedBound(tf.zeros([5]))).toThrow(
      /logWeights must be a float32 tensor of shape \[k, batch\].*but got a tensor of type float32 and shape \[5\]/,
    );
    const [two, three] = [tf.zeros([2, 3]), tf.zeros([3, 3])];
    expect(() => logWeights({ likelihood: two, prior: three, posterior: two })).toThrow(
      /logWeights\(\): prior must be/,
    );
  });
});

it("effectiveSampleSize is k for equal weights, 1 when one weight has all, at any scale", () => {
  const weights = tf.tensor2d([
    [-1e4, 0, 0],
    [-1e4, -1e3, Math.log(3)],
    [-1e4, -1e3, -1e3],
  ]);
  // (1 + 3)²/(1 + 9) = 1.6
  expectClose(effectiveSampleSize(weights).dataSync(), [3, 1, 1.6], tolerance.reference);
  expect([...effectiveSampleSize(tf.fill([3, 1], -Infinity)).dataSync()]).toEqual([0]);
  expect(() => effectiveSampleSize(tf.zeros([3]))).toThrow(/effectiveSampleSize\(\): logWeights must be/);
});

describe("From terms to a loss", () => {
  it("the mean is over examples, whatever the batch: two copies of a batch give the same loss and gradient", () => {
    const loss = (rate: tf.Tensor) =>
      maximize(meanOverBatch(elbo({ distortion: perExample(rate.square()), rate: perExample(rate) })));
    const one = tf.tensor1d([1, 2, 6]);
    const two = tf.concat([one, one]);
    expect(loss(two).dataSync()[0]).toBe(loss(one).dataSync()[0]);
    expect(loss(one).dataSync()[0]).toBeCloseTo((1 + 4 + 36 + 9) / 3, 4);
  });

  it("maximize turns the sign, minimize does not", () => {
    const mean = meanOverBatch(perExample(tf.tensor1d([1, 3])));
    expect([maximize(mean).dataSync()[0], minimize(mean).dataSync()[0]]).toEqual([-2, 2]);
  });

  it("weightedSum adds terms of one batch, and refuses others", () => {
    const [a, b] = [perExample(tf.tensor1d([1, 2])), perExample(tf.tensor1d([10, 20]))];
    expect([
      ...weightedSum([
        [1, a],
        [-0.5, b],
        [tf.scalar(2), a],
      ]).dataSync(),
    ]).toEqual([-2, -4]);
    expect(() => weightedSum([])).toThrow(/at least one pair \[weight, term\]/);
    expect(() => weightedSum([[Number.NaN, a]])).toThrow(/weight must be a finite number/);
    expect(() =>
      weightedSum([
        [1, a],
        [1, perExample(tf.zeros([3]))],
      ]),
    ).toThrow(/term must be of shape \[2\], like the others, but got \[ 3 \]/);
  });

  it("meanOverBatch refuses at run time what the compiler was talked out of refusing", () => {
    expect(() => meanOverBatch(tf.scalar(1) as unknown as PerExample)).toThrow(/float32 tensor of shape \[batch\]/);
  });
});

it("Compiled, every objective gives what it gives eagerly, with its weights as inputs", () => {
  const objectives = (rates: tf.Tensor, weights: tf.Tensor, beta: number | tf.Scalar) => {
    const rate = perExample(rates.sum(1));
    const both = { distortion: perExample(rates.square().sum(1)), rate };
    return {
      elbo: elbo(both),
      beta: betaElbo({ ...both, beta: tf.mul(beta, 1) as tf.Scalar }),
      capacity: capacityElbo({ ...both, gamma: 2, capacity: tf.mul(beta, 3) as tf.Scalar }),
      freeBits: freeBits(rates, { floor: 0.3 }),
      bound: importanceWeightedBound(weights),
      size: effectiveSampleSize(weights),
      loss: maximize(meanOverBatch(elbo(both))),
    };
  };
  const [rates, weights] = [
    tf.tensor2d([
      [0.1, 0.5],
      [0.2, 0.9],
    ]),
    tf.tensor2d([
      [-1, -2],
      [0, -5],
      [3, 1],
    ]),
  ];
  const compiled = jit(objectives);
  for (const beta of [0.5, 2]) {
    const [eager, graph] = [objectives(rates, weights, beta), compiled(rates, weights, beta)];
    for (const name of Object.keys(eager) as (keyof typeof eager)[]) {
      expectClose(graph[name].dataSync(), eager[name].dataSync(), tolerance.float32, name);
    }
  }
  expect(compiled.stats).toEqual({ traces: 1, runs: 2 });
  compiled.dispose();
});

it("No objective leaves tensors behind", () => {
  const { distortion, rate } = terms();
  const [rates, weights] = [tf.ones([2, 3]), tf.ones([4, 2])];
  const use = () => {
    const bound = elbo({ distortion, rate });
    const mean = meanOverBatch(bound);
    tf.dispose([bound, mean, maximize(mean), minimize(mean), betaElbo({ distortion, rate, beta: 2 })]);
    tf.dispose([capacityElbo({ distortion, rate, gamma: 1, capacity: 2 }), freeBits(rates, { floor: 1 })]);
    tf.dispose([importanceWeightedBound(weights), effectiveSampleSize(weights), weightedSum([[1, rate]])]);
  };
  expect(leaked(use)).toBe(0);
});
