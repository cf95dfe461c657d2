import { describe, expect, test } from "vitest";
import { nonNegative, within } from "../../src/runtime/rules";
import { tf } from "../../src/runtime/tensorflow";
import { evaluate } from "../../src/training/evaluate";
import { fit } from "../../src/training/fit";
import { linearWarmup } from "../../src/training/schedules";
import { quiet, toy } from "./toys";

const w = tf.variable(tf.scalar(5));
const loss = () => tf.square(w);
const declared = {
  inputs: ["x", "weights"],
  schedules: { beta: nonNegative, share: within(0, 1) },
};
const model = toy([w], loss, declared);
const x = tf.zeros([4]);
const options = { ...quiet, epochs: 1, compile: false };
/** Runs both functions, and gives what they say. */
const refusals = async (data: object, schedules?: Record<string, number>) => {
  const given = schedules && { schedules };
  const [a, b] = await Promise.all([
    fit(model, data as never, { ...options, ...given }).catch((error: Error) => error),
    evaluate(model, data as never, { compile: false, ...given }).catch((error: Error) => error),
  ]);
  expect(w.dataSync()[0]).toBe(5);
  expect((a as Error).message.replace("fit()", "evaluate()")).toBe((b as Error).message);
  return (a as Error).message;
};

describe("what a model does not read is refused", () => {
  test.each<[string, object, string]>([
    [
      "a surplus tensor",
      { x, weight: x },
      'the model does not read a tensor named "weight". Did you mean "weights"? It reads x, weights.',
    ],
    ["another name", { images: x }, 'the model does not read a tensor named "images". It reads x, weights.'],
  ])("%s", async (_, data, message) => {
    expect(await refusals(data)).toBe(`fit(): ${message}`);
  });

  test.each<[string, Record<string, number>, string]>([
    [
      "another case",
      { Beta: 0.5 },
      'the model does not read a schedule named "Beta". Did you mean "beta"? It reads beta, share.',
    ],
    ["another name", { lambda: 0.5 }, 'the model does not read a schedule named "lambda". It reads beta, share.'],
    [
      "the learning rate",
      { learningRate: 0.5 },
      "`learningRate` is an option of fit(), not a schedule. Write it next to `schedules`.",
    ],
    ["a forbidden value", { beta: -0.5 }, "schedules.beta must be a finite number of at least 0, but got -0.5."],
    ["a value of another schedule's range", { share: 1.5 }, "schedules.share must be a number in [0, 1], but got 1.5."],
  ])("a schedule of %s", async (_, schedules, message) => {
    expect(await refusals({ x }, schedules)).toContain(`fit(): ${message}`);
  });

  test("a schedule that comes to a forbidden value", async () => {
    const schedules = { beta: linearWarmup({ from: 1, to: -1, epochs: 4 }) };
    await expect(fit(model, x, { ...options, epochs: 5, schedules })).rejects.toThrow(
      "fit(): the schedule of beta must return a finite number of at least 0, but returned -0.5 at epoch 3, step 3.",
    );
  });

  test("a tensor of the validation data", async () => {
    const validation = { x, weight: x };
    await expect(fit(model, { x }, { ...options, validation })).rejects.toThrow("as in `data`");
  });
});

test("a model of several phases reads what any of them reads; one that does not say is not checked", async () => {
  const [phase] = model.phases;
  const pair = (inputs: string[] | undefined) => ({
    ...model,
    phases: [phase!, { ...phase!, name: "other", inputs, schedules: inputs && { gamma: nonNegative } }],
  });
  const given = { ...options, schedules: { beta: 1, gamma: 1 } };
  await fit(pair(["y"]), { x, y: x }, given);
  await expect(fit(pair(["y"]), { x, z: x }, given)).rejects.toThrow("It reads x, weights, y.");
  await fit(pair(undefined), { x, z: x }, { ...given, schedules: { anything: 1 } });
});
