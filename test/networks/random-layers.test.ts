import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { jit } from "../../src/jit/jit";
import { dropout } from "../../src/networks/dropout";
import { gaussianNoise } from "../../src/networks/gaussian-noise";
import { rng } from "../../src/runtime/rng";
import { tf } from "../../src/runtime/tensorflow";
import { tolerance } from "../tolerance";

beforeEach(() => tf.engine().startScope());
afterEach(() => tf.engine().endScope());

const size = 40_000;

const layers = [
  { name: "dropout", make: () => dropout({ rate: 0.3 }), variance: 0.3 / 0.7 },
  { name: "gaussianNoise", make: () => gaussianNoise({ stdDev: 0.5 }), variance: 0.25 },
] as const;

const network = (layer: tf.layers.Layer): tf.LayersModel => {
  const input = tf.input({ shape: [size] });
  return tf.model({ inputs: input, outputs: layer.apply(input) as tf.SymbolicTensor });
};

describe.each(layers)("$name", ({ make, variance }) => {
  const ones = () => tf.ones([1, size]);

  test("keeps the mean and has the variance it should, in training", () => {
    const y = network(make()).apply(ones(), { training: true, rng: rng(1) }) as tf.Tensor;
    const { mean, variance: spread } = tf.moments(y);
    expect(Math.abs(mean.dataSync()[0]! - 1)).toBeLessThan(tolerance.monteCarlo * Math.sqrt(variance / size));
    // The fourth moments of both layers are below 4, so √(4 / size) is above the standard error.
    expect(Math.abs(spread.dataSync()[0]! - variance)).toBeLessThan(tolerance.monteCarlo * Math.sqrt(4 / size));
  });

  test("passes its input unchanged outside of training", () => {
    const y = network(make()).predict(ones()) as tf.Tensor;
    expect(y.dataSync()).toEqual(ones().dataSync());
  });

  test("draws the same numbers from the same key, eager, compiled and with XLA, and others from another", () => {
    const model = network(make());
    const step = (x: tf.Tensor, key: tf.Tensor1D) => model.apply(x, { training: true, rng: rng(key) }) as tf.Tensor;
    const keys = [rng(1).key, rng(2).key];
    const [expected, other] = keys.map((key) => step(ones(), key).dataSync());
    expect(other).not.toEqual(expected);
    for (const xla of [false, true]) {
      const compiled = jit(step, { xla });
      const difference = compiled(ones(), keys[0]!)
        .sub(tf.tensor2d([Array.from(expected!)]))
        .abs()
        .max();
      expect(difference.dataSync()[0]).toBeLessThan(tolerance.float32);
      expect(compiled.stats.runs).toBe(1);
      compiled.dispose();
    }
  });

  test("lets gradients through and leaves no tensors behind", () => {
    const model = network(make());
    const before = tf.memory().numTensors;
    tf.tidy(() => {
      const gradient = tf.grad((x) => (model.apply(x, { training: true, rng: rng(1) }) as tf.Tensor).sum())(ones());
      expect(gradient.mean().dataSync()[0]).toBeCloseTo(1, 1);
    });
    expect(tf.memory().numTensors).toBe(before);
  });

  test("is saved and loaded with its setting", async () => {
    const saved = network(make()).toJSON(null, false);
    const loaded = await tf.models.modelFromJSON(saved as never);
    const [a, b] = [network(make()), loaded].map((model) => model.apply(ones(), { training: true, rng: rng(3) }));
    expect((b as tf.Tensor).dataSync()).toEqual((a as tf.Tensor).dataSync());
  });

  test("asks for a stream in training", () => {
    expect(() => network(make()).apply(ones(), { training: true })).toThrow(
      "a layer that draws random numbers needs a stream in training: network.apply(x, { training: true, rng }).",
    );
  });
});

test.each([
  [() => dropout({ rate: 1 }), "dropout(): rate must be a probability in [0, 1), but got 1."],
  [() => dropout({ rate: Number.NaN }), "dropout(): rate must be a probability in [0, 1), but got NaN."],
  [() => gaussianNoise({ stdDev: -1 }), "gaussianNoise(): stdDev must be a finite number of at least 0, but got -1."],
])("settings are checked: %#", (make, message) => {
  expect(make).toThrow(message);
});
