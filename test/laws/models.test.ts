import { mkdtempSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { rng } from "../../src/runtime/rng";
import { tf } from "../../src/runtime/tensorflow";
import { load, save } from "../../src/saving/save";
import { fit } from "../../src/training/fit";
import { tolerance } from "../tolerance";
import { type Model, modelRows, plainVae } from "./models";

const shortTraining = { epochs: 2, batchSize: 16, learningRate: 0.01, progress: false } as const;
const numbers = (model: Model): number[] => model.variables().flatMap((variable) => [...variable.dataSync()]);

/** The loss of a phase on all data, with the same random numbers each time. */
const lossOf = (model: Model, data: Record<string, tf.Tensor>, given: Readonly<Record<string, number>> = {}): number =>
  tf.tidy(() => {
    const schedules = Object.fromEntries(Object.entries(given).map(([name, value]) => [name, tf.scalar(value)]));
    const { loss } = model.phases[0]!.loss(data, { rng: rng(9), training: false, schedules });
    return loss.dataSync()[0] as number;
  });

describe.each(modelRows)("$name", ({ make, maker, given, data, neutral }) => {
  const withModel = async (run: (model: Model, batch: Record<string, tf.Tensor>) => unknown): Promise<void> => {
    const batch = data();
    const model = make();
    try {
      await run(model, batch);
    } finally {
      model.dispose();
      tf.dispose(batch);
    }
  };

  test("every variable that a phase trains has a gradient", () =>
    withModel((model, batch) => {
      for (const phase of model.phases) {
        const variables = phase.variables();
        expect(variables.length).toBeGreaterThan(0);
        tf.tidy(() => {
          const loss = () => phase.loss(batch, { rng: rng(1), training: true, schedules: {} }).loss as tf.Scalar;
          const { grads } = tf.variableGrads(loss, variables);
          const still = variables.filter(({ name }) => !(grads[name]!.abs().max().dataSync()[0]! > 0));
          expect(still.map(({ name, shape }) => `${name} [${shape}]`)).toEqual([]);
        });
      }
    }));

  test("phases train only variables of the model", () =>
    withModel((model) => {
      const all = new Set(model.variables());
      for (const phase of model.phases) expect(phase.variables().every((variable) => all.has(variable))).toBe(true);
    }));

  test("training lowers the loss of the first phase", () =>
    withModel(async (model, batch) => {
      const before = lossOf(model, batch);
      await fit(model, batch, { ...shortTraining, epochs: 30 });
      expect(lossOf(model, batch)).toBeLessThan(before);
    }));

  test("eager, compiled and compiled with XLA, training gives the same numbers", () =>
    withModel(async (eager, batch) => {
      // Adam would magnify differences of gradients that are nearly zero.
      const training = { ...shortTraining, optimizer: tf.train.sgd };
      await fit(eager, batch, { ...training, compile: false });
      for (const xla of [false, true]) {
        const compiled = make();
        await fit(compiled, batch, { ...training, xla });
        const [expected, actual] = [numbers(eager), numbers(compiled)];
        expect(actual.length).toBe(expected.length);
        for (const [i, value] of expected.entries()) {
          expect(Math.abs(actual[i]! - value)).toBeLessThanOrEqual(10 * tolerance.float32 * (1 + Math.abs(value)));
        }
        compiled.dispose();
      }
    }));

  test("making, training and disposing of it leaves no tensors behind", async () => {
    const round = () => withModel(async (model, batch) => void (await fit(model, batch, shortTraining)));
    await round();
    const before = tf.memory().numTensors;
    await round();
    expect(tf.memory().numTensors).toBe(before);
  });

  test("it is the same after it was saved and loaded", () =>
    withModel(async (model, batch) => {
      const folder = mkdtempSync(path.join(os.tmpdir(), "elbo-lab-test-"));
      try {
        await fit(model, batch, shortTraining);
        await save(model, folder);
        const loaded = await load(folder, maker, given as never);
        expect(numbers(loaded)).toEqual(numbers(model));
        expect(lossOf(loaded, batch)).toBe(lossOf(model, batch));
        loaded.dispose();
      } finally {
        rmSync(folder, { recursive: true });
      }
    }));

  test.runIf(neutral !== undefined)("at its neutral setting it is the plain model", async () => {
    const [model, plain, batch] = [neutral!.make(), (neutral!.sameAs ?? plainVae)(), data()];
    const variables = model.variables();
    tf.tidy(() => {
      const given = neutral!.weights?.(variables) ?? variables;
      for (const [i, variable] of plain.variables().entries()) variable.assign(given[i] as tf.Tensor);
    });
    const loss = lossOf(plain, batch);
    expect(Math.abs(lossOf(model, batch, neutral!.schedules) - loss)).toBeLessThan(1e-5 * (1 + Math.abs(loss)));
    model.dispose();
    plain.dispose();
    tf.dispose(batch);
  });
});
