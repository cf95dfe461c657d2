import { afterEach, beforeEach, expect, it } from "vitest";
import { categorical } from "../../src/distributions/categorical";
import { discretizedLogistic } from "../../src/distributions/discretized-logistic";
import { checkSupport, intervalSupport, type Support, supports } from "../../src/distributions/support";
import { tf } from "../../src/runtime/tensorflow";

beforeEach(() => tf.engine().startScope());
afterEach(() => tf.engine().endScope());

const levels = discretizedLogistic({ mean: tf.zeros([1, 1]), logScale: 0 }).support;
const classes = categorical({ logits: tf.zeros([1, 3]) }).support;

/** Each row: a set, rows inside it, and rows of which each has a value outside. */
const rows: [string, Support, number[][], number[][]][] = [
  [
    "real",
    supports.real,
    [[-1e30, 0, 5]],
    [
      [Number.NaN, 0],
      [Infinity, 0],
    ],
  ],
  [
    "positive",
    supports.positive,
    [[1e-30, 5]],
    [
      [0, 1],
      [-1, 1],
      [Number.NaN, 1],
      [Infinity, 1],
    ],
  ],
  [
    "binary",
    supports.binary,
    [[0, 1]],
    [
      [0.5, 1],
      [2, 0],
      [Number.NaN, 0],
    ],
  ],
  [
    "counts",
    supports.counts,
    [[0, 1, 200]],
    [
      [0.5, 1],
      [-1, 0],
      [Number.NaN, 0],
      [Infinity, 0],
    ],
  ],
  [
    "unitInterval",
    supports.unitInterval,
    [[0, 0.5, 1]],
    [
      [-0.1, 0],
      [1.1, 0],
      [Number.NaN, 0],
    ],
  ],
  [
    "openUnitInterval",
    supports.openUnitInterval,
    [[0.5, 0.999]],
    [
      [0, 0.5],
      [1, 0.5],
    ],
  ],
  [
    "simplex",
    supports.simplex,
    [
      [0.2, 0.8],
      [0, 1],
    ],
    [
      [0.2, 0.7],
      [1.2, -0.2],
      [Number.NaN, 1],
    ],
  ],
  [
    "interval",
    intervalSupport(-1, 2),
    [[-1, 2]],
    [
      [-1.1, 0],
      [2.1, 0],
    ],
  ],
  [
    "gray levels",
    levels,
    [[0, 1 / 255, 128 / 255, 1]],
    [
      [0.5, 0],
      [-1 / 255, 0],
      [256 / 255, 0],
      [Number.NaN, 0],
    ],
  ],
  [
    "one-hot rows",
    classes,
    [[0, 1, 0]],
    [
      [0, 1, 1],
      [0, 0, 0],
      [0, 0.5, 0.5],
    ],
  ],
];

it.each(rows)("%s contains what it should, and nothing else", (_, support, inside, outside) => {
  for (const row of inside) expect(() => checkSupport(support, tf.tensor2d([row]), "encode()", "x")).not.toThrow();
  for (const row of outside)
    expect(() => checkSupport(support, tf.tensor2d([row]), "encode()", "x")).toThrow(/x must be/);
});

it("checkSupport names the first value outside, its place, and what is accepted", () => {
  const x = tf.tensor2d([
    [0, 1, 1],
    [1, 7, 8],
  ]);
  expect(() => checkSupport(supports.unitInterval, x, "vae.encode()", "x")).toThrow(
    "vae.encode(): x must be numbers in [0, 1], everywhere, but got 7. It is at [1, 1].",
  );
  const bad = tf.tensor2d([[0, Number.NaN]]);
  expect(() => checkSupport(supports.real, bad, "fit()", "x")).toThrow(
    /finite numbers, everywhere, but got NaN.*\[0, 1\]/,
  );
});

it("class indices are int32 numbers below the number of classes", () => {
  expect(() => checkSupport(classes, tf.tensor1d([0, 2], "int32"), "fit()", "y")).not.toThrow();
  expect(() => checkSupport(classes, tf.tensor1d([0, 3], "int32"), "fit()", "y")).toThrow(
    /y must be class indices 0 to 2/,
  );
});

it("checkSupport leaves no tensors behind, whether it passes or throws", () => {
  const [good, bad] = [tf.tensor1d([0.5]), tf.tensor1d([2])];
  const before = tf.memory().numTensors;
  checkSupport(supports.unitInterval, good, "f()", "x");
  expect(() => checkSupport(supports.unitInterval, bad, "f()", "x")).toThrow();
  expect(tf.memory().numTensors).toBe(before);
});
