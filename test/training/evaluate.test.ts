import { expect, test } from "vitest";
import { type Displayable, displaySymbol, type MimeBundle } from "../../src/display/mime-bundle";
import { tf } from "../../src/runtime/tensorflow";
import { evaluate } from "../../src/training/evaluate";
import { fit } from "../../src/training/fit";
import { tolerance } from "../tolerance";
import { adversarial, mean, pictures, quiet, smallVae, toy } from "./toys";

const xla = false;

/** A model whose terms are pure noise, and whether it is in training. */
const noise = () => {
  const w = tf.variable(tf.scalar(0));
  return toy([w], ({ x }, { rng, training }) => ({
    loss: tf.square(w),
    terms: { noise: rng.normal(x!.shape), training: tf.scalar(Number(training)) },
  }));
};

test("the noise of the validation is the same in each epoch, that of the steps is not", async () => {
  const history = await fit(noise(), tf.zeros([64]), { ...quiet, epochs: 3, validation: tf.zeros([64]) });
  const validation = history.column("validation_noise");
  expect(new Set(validation).size).toBe(1);
  expect(new Set([...history.column("noise"), validation[0]]).size).toBe(4);
  expect(history.column("training")).toEqual([1, 1, 1]);
  expect(history.column("validation_training")).toEqual([0, 0, 0]);
});

test("evaluate sees every example once, whatever the size of the batches", async () => {
  const data = tf.range(0, 11);
  const expected = Array.from({ length: 11 }, (_, i) => (5 - i) ** 2).reduce((a, b) => a + b) / 11;
  for (const batch of [1, 3, 11, 500]) {
    for (const compile of [true, false]) {
      const { only } = await evaluate(mean(5), data, { batchSize: batch, xla, compile });
      expect(Math.abs(only!.loss! - expected) / expected).toBeLessThan(tolerance.float32);
    }
  }
});

test("evaluate gives fit's validation, and changes nothing", async () => {
  const [model, data, validation] = [smallVae(), pictures(40), pictures(20, 16, 2)];
  const history = await fit(model, data, { ...quiet, epochs: 1, seed: 3, validation });
  const weights = model.variables().map((variable) => [...variable.dataSync()]);
  const { elbo } = await evaluate(model, validation, { seed: 3, xla });
  expect(elbo!.loss).toBe(history.column("validation_loss")[0]);
  expect(elbo!.rate).toBe(history.column("validation_rate")[0]);
  expect((await evaluate(model, validation, { seed: 4, xla })).elbo!.loss).not.toBe(elbo!.loss);
  expect(model.variables().map((variable) => [...variable.dataSync()])).toEqual(weights);
});

test("evaluate gives every phase, and the schedules their values", async () => {
  expect(await evaluate(adversarial().model, tf.ones([4, 1]), { xla })).toEqual({
    critic: { loss: -1, gap: 1 },
    generator: { loss: 1 },
  });
  const beta = await evaluate(smallVae(), pictures(10), { schedules: { beta: 0 }, xla });
  expect(beta.elbo!.loss).toBeCloseTo(beta.elbo!.distortion!, 4);
});

test.each([
  [{ batchSize: 0 }, "evaluate(): batchSize must be a whole number of at least 1, but got 0."],
  [{ batch: 7 }, 'evaluate(): there is no option "batch". Did you mean "batchSize"?'],
  [{ seed: 0.5 }, "evaluate(): seed must be an integer of 32 bits, but got 0.5."],
  [{ schedules: 3 }, "evaluate(): schedules must be an object of numbers, but got 3."],
  [{ schedules: { beta: Number.NaN } }, "evaluate(): schedules.beta must be a finite number, but got NaN."],
])("evaluate refuses %o", async (options, message) => {
  await expect(evaluate(mean(), tf.ones([3]), options as never)).rejects.toThrow(message);
});

test("what evaluate returns shows itself as a table", async () => {
  const found = await evaluate(adversarial().model, tf.ones([4, 1]), { xla });
  const bundle = (found as unknown as Displayable)[displaySymbol]() as MimeBundle;
  expect(bundle.data["text/plain"]).toMatch(
    /^Means over 4 examples\nphase +measure +nats per example\ncritic +loss +-1\n/,
  );
  expect(Object.keys(found)).toEqual(["critic", "generator"]);
});
