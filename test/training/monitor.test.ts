import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { vae } from "../../src/models/vae";
import { tf } from "../../src/runtime/tensorflow";
import { fit } from "../../src/training/fit";
import type { FitOptions } from "../../src/training/fit-options";
import { inferGoal } from "../../src/training/monitor";
import { cyclicalWarmup, linearWarmup } from "../../src/training/schedules";
import { tolerance } from "../tolerance";
import { numbers, pictures, quiet, smallVae, toy, withBound } from "./toys";

beforeEach(() => tf.engine().startScope());
afterEach(() => {
  tf.engine().endScope();
  tf.disposeVariables();
});

/** A model that reports scripted numbers, one an epoch, as its bound and its terms; its weight is minus its steps. */
function scripted(values: readonly number[], bounded = true) {
  const w = tf.variable(tf.scalar(0));
  const model = toy([w], (_, { schedules }) => {
    const value = schedules.script!.reshape([1]);
    return { loss: tf.add(w, 0), terms: { accuracy: value, cost: value }, ...(bounded && { bound: value }) };
  });
  const run = (options: Partial<FitOptions>) =>
    fit(model, tf.zeros([1, 1]), {
      ...{ ...quiet, optimizer: tf.train.sgd, learningRate: 1, epochs: values.length, restoreBest: true },
      schedules: { script: ({ step }) => values[step] ?? 0 },
      ...options,
    });
  return { run, weight: () => w.dataSync()[0] };
}

describe("what is monitored", () => {
  const values = [1, 3, 2, 5, 4, 0];
  const validation = tf.zeros([1, 1]);

  test.each<[string, Partial<FitOptions>, string, "highest" | "lowest", number]>([
    ["the bound by default", {}, "bound", "highest", 4],
    ["the bound of the validation data by default", { validation }, "validation_bound", "highest", 4],
    ["an accuracy, by its name alone", { monitor: "accuracy" }, "accuracy", "highest", 4],
    ["any other measure, by its name alone", { monitor: "cost" }, "cost", "lowest", 6],
    ["a measure with a goal", { monitor: { measure: "cost", goal: "highest" } }, "cost", "highest", 4],
    ["an accuracy against its name", { monitor: { measure: "accuracy", goal: "lowest" } }, "accuracy", "lowest", 6],
    [
      "a measure without a goal",
      { monitor: { measure: "validation_accuracy" }, validation },
      "validation_accuracy",
      "highest",
      4,
    ],
  ])("is %s", async (_, options, measure, goal, best) => {
    const { run, weight } = scripted(values);
    const history = await run(options);
    expect(history.monitor).toEqual({ measure, goal });
    expect([history.bestEpoch, weight()]).toEqual([best, -best]);
  });

  test("is the loss where the phase reports no bound", async () => {
    const { run } = scripted(values, false);
    expect((await run({})).monitor).toEqual({ measure: "loss", goal: "lowest" });
    expect((await run({ validation })).monitor).toEqual({ measure: "validation_loss", goal: "lowest" });
    await expect(run({ monitor: "validation_bound", validation })).rejects.toThrow(
      'there is no measure "validation_bound" to monitor',
    );
  });

  test("decides when patience ends, in both directions", async () => {
    const { run } = scripted(values);
    expect((await run({ patience: 1 })).rows).toHaveLength(3);
    expect((await run({ patience: 2 })).rows).toHaveLength(6);
    expect((await run({ patience: 1, monitor: "cost" })).rows).toHaveLength(2);
  });

  test.each([
    ["validation_bound", "highest"],
    ["taskAccuracy", "highest"],
    ["validation_log likelihood", "highest"],
    ["logLikelihood", "highest"],
    ["bounded", "lowest"],
    ["validation_loss", "lowest"],
    ["rate", "lowest"],
  ])("suggests a goal by its name: %s, the %s", (measure, goal) => {
    expect(inferGoal(measure)).toBe(goal);
  });
});

test("the bound is recorded beside the loss, for training and validation", async () => {
  const history = await fit(withBound(smallVae()), pictures(40), {
    ...{ ...quiet, epochs: 2, schedules: { beta: 0.25 }, validation: pictures(20) },
  });
  for (const row of history.rows) {
    for (const prefix of ["", "validation_"]) {
      const [bound, loss, rate] = ["bound", "loss", "rate"].map((name) => Number(row[`${prefix}${name}`]));
      // loss = distortion + β rate, and −bound = distortion + rate.
      expect(Math.abs(-bound! - (loss! + 0.75 * rate!)) / loss!).toBeLessThan(tolerance.float32);
    }
  }
});

describe("a schedule's value in a row", () => {
  test("is the one that its last step and its validation used", async () => {
    const history = await fit(withBound(smallVae()), pictures(40), {
      ...{ ...quiet, epochs: 10, batchSize: 40, validation: pictures(20) },
      schedules: { beta: cyclicalWarmup({ period: 5 }) },
      learningRate: ({ epoch }) => 1e-3 * (epoch + 1),
    });
    // One step an epoch: that of epoch 5 is taken at position 4 of the cycle, where β is 1.
    const cycle = [0, 0.4, 0.8, 1, 1];
    expect(history.column("beta").map((beta) => Number(beta.toFixed(6)))).toEqual([...cycle, ...cycle]);
    expect(history.column("learningRate")[4]).toBeCloseTo(5e-3, 12);
    for (const { beta, validation_loss, validation_distortion, validation_rate } of history.rows) {
      const expected = Number(validation_distortion) + Number(beta) * Number(validation_rate);
      expect(Math.abs(Number(validation_loss) - expected) / expected).toBeLessThan(tolerance.float32);
    }
  });
});

describe("early stopping under a warm-up of β", () => {
  const all = pictures(640, 32);
  const [data, validation] = tf.split(all, [512, 128]) as [tf.Tensor, tf.Tensor];
  const shared = { ...quiet, epochs: 100, batchSize: 32, learningRate: 0.01, validation, patience: 5 };

  /** The best unweighted bound of the validation data. */
  const best = async (seed: number, options: Partial<FitOptions>) => {
    const model = withBound(vae({ dataShape: 32, latentDim: 2, hidden: [16], seed }));
    const history = await fit(model, data, { ...shared, seed, ...options });
    return { history, bound: history.column("validation_bound")[history.bestEpoch! - 1]! };
  };

  test.each([0, 1, 2])("finds as good an epoch as without a schedule, in nats per example (seed %d)", async (seed) => {
    const schedules = { beta: linearWarmup({ epochs: 20 }) };
    const plain = await best(seed, {});
    const warm = await best(seed, { schedules });
    const bounds = warm.history.column("validation_bound");
    expect(warm.history.bestEpoch).toBe(bounds.indexOf(Math.max(...bounds)) + 1);
    expect(warm.bound).toBeGreaterThan(plain.bound - 0.2);
    // The weighted loss rises with β, and takes an epoch of the beginning for the best.
    const misled = await best(seed, { schedules, monitor: "validation_loss" });
    expect(misled.bound).toBeLessThan(warm.bound - 0.5);
  });

  test("the restored variables are those of the best epoch", async () => {
    const model = withBound(vae({ dataShape: 32, latentDim: 2, hidden: [16] }));
    const seen: number[][] = [];
    const onEpoch = () => void seen.push(numbers(model.variables()));
    const history = await fit(model, data, { ...shared, epochs: 12, learningRate: 0.1, onEpoch });
    expect(history.bestEpoch).toBeLessThan(history.rows.length);
    expect(numbers(model.variables())).toEqual(seen[history.bestEpoch! - 1]);
  });
});
