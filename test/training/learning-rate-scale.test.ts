import { expect, test } from "vitest";
import { tf } from "../../src/runtime/tensorflow";
import { fit } from "../../src/training/fit";
import type { Trainable } from "../../src/training/trainable";
import { quiet } from "./toys";

/** Two weights, each of which a phase of its own draws to the data's mean. */
function pair(scale: number | undefined) {
  const weights = [1, 2].map(() => tf.tidy(() => tf.variable(tf.scalar(0))));
  const model: Trainable = {
    variables: () => weights,
    phases: weights.map((weight, i) => ({
      name: `phase ${i}`,
      variables: () => [weight],
      loss: ({ x }) => ({ loss: tf.mean(tf.square(tf.sub(x!, weight))), terms: {} }),
      ...(i === 1 && scale !== undefined && { learningRateScale: scale }),
    })),
  };
  return { model, values: () => weights.map((weight) => weight.dataSync()[0] as number) };
}

const training = { ...quiet, epochs: 1, batchSize: 8, learningRate: 0.01, optimizer: tf.train.sgd } as const;

test.each([true, false])("a phase may scale the learning rate (compiled: %s)", async (compile) => {
  const data = tf.ones([8, 1]);
  for (const [scale, factor] of [
    [undefined, 1],
    [0.25, 0.25],
    [3, 3],
    [0, 0],
  ] as const) {
    const { model, values } = pair(scale);
    await fit(model, data, { ...training, compile });
    const [plain, scaled] = values() as [number, number];
    expect(plain).toBeCloseTo(0.02, 6);
    expect(scaled).toBeCloseTo(0.02 * factor, 6);
    tf.dispose(model.variables() as tf.Variable[]);
  }
  data.dispose();
});

test("a scale that is no number of at least 0 is refused", async () => {
  for (const scale of [-1, Number.NaN, Number.POSITIVE_INFINITY]) {
    const { model } = pair(scale);
    await expect(fit(model, tf.ones([8, 1]), training)).rejects.toThrow('the learningRateScale of the phase "phase 1"');
  }
});
