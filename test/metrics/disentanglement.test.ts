import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { sprites } from "../../src/datasets/sprites";
import { dci } from "../../src/metrics/dci";
import { factorVaeScore } from "../../src/metrics/factor-vae-score";
import { mutualInformationGap } from "../../src/metrics/mutual-information-gap";
import { separatedAttributePredictability } from "../../src/metrics/separated-attribute-predictability";
import { rng } from "../../src/runtime/rng";
import { tf } from "../../src/runtime/tensorflow";
import { leaked } from "../laws/check";

// Three factors with orders, of 3, 4 and 5 values, and all their combinations 20 times over.
let factors: tf.Tensor2D;
let identity: tf.Tensor2D;

beforeAll(() => {
  tf.engine().startScope();
  const rows: number[][] = [];
  for (let i = 0; i < 20 * 60; i++) rows.push([Math.floor(i / 20) % 3, Math.floor(i / 60) % 4, Math.floor(i / 240)]);
  factors = tf.tensor2d(rows, undefined, "int32");
  identity = factors.toFloat() as tf.Tensor2D;
});
afterAll(() => tf.engine().endScope());

const columns = (...parts: tf.Tensor[]) => tf.concat(parts, 1) as tf.Tensor2D;
const noise = (seed: number, width: number) => rng(seed).normal([1200, width]) as tf.Tensor2D;

/** Turns dimensions 0 and 1, once they have one variance, by 45°. */
const rotated = (): tf.Tensor2D => {
  const { mean, variance } = tf.moments(identity, 0);
  const [a, b, c] = tf.split(identity.sub(mean).div(variance.sqrt()), 3, 1) as [tf.Tensor, tf.Tensor, tf.Tensor];
  return columns(a.add(b), a.sub(b), c);
};

const scores = {
  MIG: (codes: tf.Tensor2D) => mutualInformationGap(codes, factors).score,
  SAP: (codes: tf.Tensor2D) => separatedAttributePredictability(codes, factors).score,
  disentanglement: (codes: tf.Tensor2D) => dci(codes, factors, { penalty: 1e-4 }).disentanglement,
  completeness: (codes: tf.Tensor2D) => dci(codes, factors, { penalty: 1e-4 }).completeness,
  informativeness: (codes: tf.Tensor2D) => dci(codes, factors, { penalty: 1e-4 }).informativeness,
  FactorVAE: (codes: tf.Tensor2D) => factorVaeScore(codes, factors).score,
};
const names = Object.keys(scores) as (keyof typeof scores)[];

describe.each(names)("%s", (name) => {
  const score = (codes: tf.Tensor2D) => scores[name](codes);

  it("is 1 for a code with one dimension for each factor, in any order, sign and scale, beside a weak or constant one", () => {
    expect(score(identity)).toBeCloseTo(1, 3);
    const [a, b, c] = tf.split(identity, 3, 1) as [tf.Tensor, tf.Tensor, tf.Tensor];
    expect(score(columns(c.mul(7), a.neg(), b.add(100)))).toBeCloseTo(1, 3);
    expect(score(columns(identity, tf.fill([1200, 1], 3)))).toBeCloseTo(1, 3);
  });

  it("is 0 for a constant code", () => {
    expect(score(tf.fill([1200, 3], 2.5))).toBe(0);
  });

  it("is near its floor for a code of noise", () => {
    // The FactorVAE score cannot fall below guessing among three factors.
    expect(score(noise(1, 3))).toBeLessThan(name === "FactorVAE" ? 0.45 : name === "completeness" ? 0.5 : 0.25);
  });

  it("is lowered by a rotation of the code, except where no single dimension is asked for", () => {
    const turned = score(rotated());
    if (name === "informativeness") expect(turned).toBeCloseTo(1, 3);
    else expect(turned).toBeLessThan(0.8);
  });

  it("lies in [0, 1] and leaks nothing", () => {
    const codes = identity.add(noise(2, 3)) as tf.Tensor2D;
    let found = 0;
    expect(leaked(() => (found = score(codes)))).toBe(0);
    expect(found).toBeGreaterThan(0);
    expect(found).toBeLessThan(1);
  });
});

describe("A code with two copies of each dimension", () => {
  it("has no gap: MIG and SAP are 0", () => {
    const twice = columns(identity, identity);
    expect(scores.MIG(twice)).toBeCloseTo(0, 9);
    expect(scores.SAP(twice)).toBeCloseTo(0, 9);
  });

  it("keeps its disentanglement, informativeness and FactorVAE score", () => {
    const twice = columns(identity, identity.add(noise(3, 3).mul(0.01)));
    for (const name of ["disentanglement", "informativeness", "FactorVAE"] as const) {
      expect(scores[name](twice)).toBeGreaterThan(0.98);
    }
  });
});

describe("The numbers behind the scores", () => {
  it("MIG: information is [latent][factors], in nats, a factor's entropy at most", () => {
    const { information, gaps } = mutualInformationGap(columns(identity, noise(4, 1)), factors);
    expect(information.map((row) => row.length)).toEqual([3, 3, 3, 3]);
    for (const [k, values] of [3, 4, 5].entries()) {
      expect(information[k]?.[k]).toBeCloseTo(Math.log(values), 6);
      expect(information[k]?.[(k + 1) % 3]).toBeCloseTo(0, 6);
      // A histogram of independent numbers overstates by about (bins − 1)(values − 1) / 2n, less for empty bins.
      const bias = (19 * (values - 1)) / 2400;
      expect(information[3]?.[k]).toBeLessThan(2 * bias);
      expect(gaps[k]).toBeGreaterThan(1 - (2 * bias) / Math.log(values));
    }
  });

  it("SAP and DCI: a factor without order needs only one dimension that separates its values", () => {
    // Dimension 0 puts the middle value of factor 0 last: no straight line, but three separate heaps.
    const order = tf.gather(tf.tensor1d([0, 5, 1]), factors.slice([0, 0], [-1, 1]));
    const codes = columns(order, identity.slice([0, 1]));
    const linear = separatedAttributePredictability(codes, factors).gaps[0] as number;
    expect(linear).toBeLessThan(0.3);
    expect(separatedAttributePredictability(codes, factors, { categorical: [0] }).gaps[0]).toBeCloseTo(1, 6);
    // No line separates the value in the middle, and over half the examples what is left is not quite free of factor 1.
    const { importance } = dci(codes, factors, { categorical: [0] });
    expect(importance[1]?.[0]).toBeLessThan(0.05 * (importance[0]?.[0] as number));
  });

  it("DCI: the penalty takes weights away, and at no penalty the weights are those of least squares", () => {
    const codes = identity.add(noise(5, 3).mul(0.5)) as tf.Tensor2D;
    const weak = dci(codes, factors, { penalty: 0 });
    const strong = dci(codes, factors, { penalty: 0.3 });
    for (const [j, row] of strong.importance.entries()) {
      for (const [k, weight] of row.entries()) {
        expect(weight).toBeLessThan((weak.importance[j]?.[k] as number) + 0.05);
      }
    }
    expect(strong.importance.flat().filter((weight) => weight === 0).length).toBeGreaterThanOrEqual(6);
    // One code, its factor with unit noise: the standardized weight is the correlation, sd / √(sd² + ¼).
    const correlation = Math.sqrt(1.25 / 1.5);
    expect(Math.abs((weak.importance[1]?.[1] as number) - correlation)).toBeLessThan(0.03);
  });

  it("FactorVAE: the votes of an unused dimension are none, and guessing is a third", () => {
    const { votes, guess } = factorVaeScore(columns(identity, tf.zeros([1200, 1])), factors);
    expect(votes[3]).toEqual([0, 0, 0]);
    expect(votes.flat().reduce((a, b) => a + b)).toBe(800);
    expect(guess).toBeGreaterThan(0.3);
    expect(guess).toBeLessThan(0.4);
  });

  it("are the same for the same seed and differ for another", () => {
    const codes = identity.add(noise(6, 3)) as tf.Tensor2D;
    expect(dci(codes, factors, { seed: 1 })).toEqual(dci(codes, factors, { seed: 1 }));
    expect(dci(codes, factors, { seed: 1 })).not.toEqual(dci(codes, factors, { seed: 2 }));
    expect(factorVaeScore(codes, factors, { seed: 1 })).toEqual(factorVaeScore(codes, factors, { seed: 1 }));
    expect(factorVaeScore(codes, factors, { seed: 1 })).not.toEqual(factorVaeScore(codes, factors, { seed: 2 }));
  });
});

it("The factors of the sprites, taken for a code, are disentangled", () => {
  const set = sprites({ size: 8, scales: 3, rotations: 4, columns: 4, rows: 4 });
  const codes = set.factors.toFloat() as tf.Tensor2D;
  expect(mutualInformationGap(codes, set.factors).score).toBeCloseTo(1, 6);
  expect(separatedAttributePredictability(codes, set.factors, { categorical: [0] }).score).toBeCloseTo(1, 6);
  set.dispose();
});

describe("All refuse", () => {
  const all = { mutualInformationGap, separatedAttributePredictability, dci, factorVaeScore };
  it.each(Object.entries(all))("%s: codes and factors that do not fit, and factors of one value", (name, metric) => {
    expect(() => metric(tf.zeros([5]) as never, factors)).toThrow(`${name}(): codes must be a float32 tensor`);
    expect(() => metric(tf.zeros([5, 2]), factors)).toThrow("factors must be an int32 tensor of shape [5, factors]");
    expect(() => metric(identity, identity)).toThrow("factors must be an int32 tensor of shape [1200, factors]");
    expect(() => metric(identity, tf.zeros([1200, 2], "int32"))).toThrow("must be a factor of two values or more");
    expect(() => metric(tf.fill([1200, 2], Number.NaN), factors)).toThrow("codes must be finite numbers, but got NaN");
  });

  it.each<[string, () => unknown, RegExp]>([
    [
      "one bin",
      () => mutualInformationGap(identity, factors, { bins: 1 }),
      /bins must be a whole number of at least 2/,
    ],
    ["a missing column", () => dci(identity, factors, { categorical: [3] }), /columns of factors, from 0 to 2/],
    ["a negative penalty", () => dci(identity, factors, { penalty: -1 }), /penalty must be a finite number/],
    ["one dimension", () => dci(tf.zeros([1200, 1]), factors), /codes of two dimensions or more/],
    ["no votes", () => factorVaeScore(identity, factors, { votes: 0 }), /votes must be a whole number of at least 1/],
    ["votes of one example", () => factorVaeScore(identity, factors, { examples: 1 }), /examples must be/],
  ])("%s", (_, call, message) => expect(call).toThrow(message));
});
