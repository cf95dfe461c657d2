import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { vae } from "../../src/models/vae";
import { rng } from "../../src/runtime/rng";
import { tf } from "../../src/runtime/tensorflow";
import { evaluate } from "../../src/training/evaluate";
import { fit } from "../../src/training/fit";
import type { FitOptions } from "../../src/training/fit-options";
import type { Trainable } from "../../src/training/trainable";
import { tolerance } from "../tolerance";
import { distance, numbers, quiet } from "./toys";

beforeEach(() => tf.engine().startScope());
afterEach(() => {
  tf.engine().endScope();
  tf.disposeVariables();
});

const data = () => rng(1).uniform([256, 20]).round();

/** A VAE whose encoder has one dense layer with the given regularizer or constraint. */
const model = (options: object = {}, layer = tf.layers.dense) =>
  vae({
    ...{ dataShape: 20, latentDim: 2, seed: 1 },
    encoder: tf.sequential({
      layers: [
        layer({
          ...{ inputShape: [20], units: 8, kernelInitializer: tf.initializers.glorotUniform({ seed: 3 }) },
          ...options,
        }),
      ],
    }),
  });
type Encoded = { encoder: tf.LayersModel };
const kernel = (of: object) => (of as Encoded).encoder.weights[0]!.read();
const training = { ...quiet, epochs: 3, batchSize: 64, learningRate: 0.01, seed: 1 } as const;

const modes: [string, Partial<FitOptions>][] = [
  ["op by op", { compile: false }],
  ["compiled", {}],
  ["with XLA", { xla: true }],
];

describe.each(modes)("layers of tf.layers, %s", (_, mode) => {
  test("a regularizer's penalty is part of the loss, is shown, and shrinks the weights", async () => {
    const [plain, penalized] = [model(), model({ kernelRegularizer: tf.regularizers.l2({ l2: 100 }) })];
    const without = await fit(plain, data(), { ...training, ...mode });
    const first = 100 * Number(tf.sum(tf.square(kernel(penalized))).dataSync()[0]);
    const history = await fit(penalized, data(), { ...training, ...mode, validation: data() });
    expect(without.rows[0]!.regularization).toBeUndefined();
    expect(history.column("regularization")[0]).toBeLessThan(first);
    expect(history.column("regularization").at(-1)).toBeLessThan(0.9 * first);
    const norm = (of: object) => Number(tf.norm(kernel(of)).dataSync()[0]);
    expect(norm(penalized)).toBeLessThan(0.9 * norm(plain));
    for (const row of history.rows) {
      for (const prefix of ["", "validation_"]) {
        const [loss, ...parts] = ["loss", "distortion", "rate", "regularization"].map((name) =>
          Number(row[`${prefix}${name}`]),
        );
        expect(distance([parts.reduce((a, b) => a + b)], [loss!])).toBeLessThan(tolerance.float32);
      }
    }
    // After the epoch, the validation's penalty is that of the weights as they are.
    const last = 100 * Number(tf.sum(tf.square(kernel(penalized))).dataSync()[0]);
    expect(distance([history.column("validation_regularization").at(-1)!], [last])).toBeLessThan(tolerance.float32);
  });

  test("a constraint holds after every step", async () => {
    const maxNorm = tf.constraints.maxNorm({ maxValue: 0.01 });
    const constrained = model({ kernelConstraint: maxNorm });
    await fit(constrained, data(), { ...training, ...mode });
    const largest = (of: object) => Number(tf.max(tf.norm(kernel(of), "euclidean", 0)).dataSync()[0]);
    expect(largest(constrained)).toBeLessThan(0.01 * (1 + tolerance.float32));
    const nonNegative = model({ kernelConstraint: tf.constraints.nonNeg() });
    await fit(nonNegative, data(), { ...training, ...mode });
    expect(Math.min(...numbers([kernel(nonNegative)]))).toBe(0);
  });
});

test("all ways of running compute the same", async () => {
  const [eager, ...others] = await Promise.all(
    modes.map(async ([, mode]) => {
      const one = model({
        kernelRegularizer: tf.regularizers.l1l2({ l1: 0.1, l2: 0.1 }),
        kernelConstraint: tf.constraints.minMaxNorm({ minValue: 0.5, maxValue: 1 }),
      });
      const history = await fit(one, data(), { ...training, ...mode });
      return [...history.column("loss"), ...numbers(one.variables())];
    }),
  );
  for (const other of others) expect(distance(other, eager!)).toBeLessThan(100 * tolerance.float32);
});

test("evaluate() reports the penalty as fit's validation does", async () => {
  const one = model({ kernelRegularizer: tf.regularizers.l2({ l2: 1 }) });
  const { elbo } = await evaluate(one, data(), { xla: false });
  const penalty = Number(tf.sum(tf.square(kernel(one))).dataSync()[0]);
  expect(distance([elbo.regularization!], [penalty])).toBeLessThan(tolerance.float32);
  expect(distance([elbo.loss], [elbo.distortion + elbo.rate + penalty])).toBeLessThan(tolerance.float32);
});

describe("penalties", () => {
  /** Two phases that both train one layer. */
  const shared = (layer: tf.layers.Layer) => {
    layer.build([null, 3]);
    const variables = () => layer.trainableWeights.map((weight) => weight.read() as tf.Variable);
    const phase = (name: string) => ({
      name,
      variables,
      loss: () => ({ loss: tf.sum(tf.mul(0, variables()[0]!)) as tf.Tensor, terms: {} }),
    });
    return { variables, phases: [phase("first"), phase("second")] } satisfies Trainable;
  };
  const ones = { units: 2, useBias: false, kernelInitializer: "ones" } as const;

  test("count once a batch, in the first phase that trains the layer", async () => {
    const layer = tf.layers.dense({ ...ones, kernelRegularizer: tf.regularizers.l2({ l2: 0.5 }) });
    const found = await evaluate(shared(layer), tf.zeros([4, 3]), { compile: false });
    expect(found).toEqual({ first: { loss: 3, regularization: 3 }, second: { loss: 0 } });
  });

  test("are those of addLoss() too", async () => {
    const layer = tf.layers.dense(ones);
    const penalized = shared(layer);
    layer.addLoss((() => tf.sum(layer.getWeights()[0]!)) as never);
    const found = await evaluate(penalized, tf.zeros([4, 3]), { compile: false });
    expect(found.first).toEqual({ loss: 6, regularization: 6 });
  });

  test("of cells of recurrent layers and of nested models count", async () => {
    const lstm = tf.layers.lstm({
      ...ones,
      recurrentInitializer: "ones",
      recurrentRegularizer: tf.regularizers.l1({ l1: 1 }),
    });
    const inner = tf.sequential({ layers: [tf.layers.dense({ ...ones, inputShape: [2], kernelRegularizer: "l1l2" })] });
    const network = tf.sequential({
      layers: [tf.layers.inputLayer({ inputShape: [4, 3] }), lstm, inner],
    });
    const variables = () => network.trainableWeights.map((weight) => weight.read() as tf.Variable);
    const whole: Trainable = {
      variables,
      phases: [{ name: "only", variables, loss: () => ({ loss: tf.scalar(0), terms: {} }) }],
    };
    const { only } = await evaluate(whole, tf.zeros([4, 3]), { compile: false });
    // 2 × 8 ones of the recurrent kernel, and 0.01 (1 + 1²) for each of the 4 of the dense one.
    expect(only!.regularization).toBeCloseTo(16.08, 4);
  });

  test("of frozen layers do not", async () => {
    const one = model({ kernelRegularizer: tf.regularizers.l2({ l2: 1 }) });
    (one as unknown as Encoded).encoder.trainable = false;
    const { elbo } = await evaluate(one, data(), { compile: false });
    expect(elbo.regularization).toBeUndefined();
  });
});

test("an activity regularizer is refused by tfjs itself, with a sentence", () => {
  expect(() => model({ activityRegularizer: tf.regularizers.l2({ l2: 100 }) })).toThrow(
    "in the presence of activity regularizer(s) is not supported yet",
  );
});
