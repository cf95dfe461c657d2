import { rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, expect, test } from "vitest";
import { tf } from "../../src/runtime/tensorflow";
import { evaluate } from "../../src/training/evaluate";
import { fit } from "../../src/training/fit";
import type { FitOptions } from "../../src/training/fit-options";
import { adversarial, pictures, quiet, smallVae } from "./toys";

const data = pictures(40);
const validation = pictures(20, 16, 2);
const made = smallVae();
// Without the schedules that it reads, any name may be given, and one that a term bears is found in the first step.
const model = { ...made, phases: made.phases.map(({ schedules: _, ...phase }) => phase) };
const file = path.join(tmpdir(), `elbo-lab-memory-${process.pid}.ckpt`);
const damaged = `${file}-damaged`;
writeFileSync(damaged, "not a checkpoint");
afterAll(() => {
  for (const each of [file, damaged]) rmSync(each, { force: true });
});

const held = () => {
  const { numTensors, numDataBuffers } = tf.memory();
  return { numTensors, numDataBuffers };
};

/** Every way for a fit to end, with what its error says where it throws. */
const endings: [name: string, options: Partial<FitOptions>, error?: string][] = [
  ["complete", {}],
  ["complete, op by op", { compile: false }],
  [
    "complete, with validation, early stopping, clipping and a checkpoint",
    { patience: 1, clipNorm: 1, checkpoint: file },
  ],
  ["resumed", { restoreBest: true, patience: 9, clipNorm: 1, checkpoint: file, resume: true, epochs: 5 }],
  ["complete, with momentum", { optimizer: (rate) => tf.train.momentum(rate, 0.9) }],
  ["interrupted before it begins", { signal: AbortSignal.abort() }],
  ["interrupted between epochs", {}],
  ["ended by a callback that throws", { onEpoch: () => Promise.reject(new Error("no more")) }, "no more"],
  ["ended by NaN", { learningRate: 1e38, optimizer: tf.train.sgd, epochs: 9 }, "became"],
  ["ended by NaN, op by op", { learningRate: 1e38, optimizer: tf.train.sgd, epochs: 9, compile: false }, "became"],
  ["refused for its batch", { batchSize: 16, resume: true }, "checkpoint"],
  ["refused for its monitor", { monitor: "nothing" }, "there is no measure"],
  ["refused for its checkpoint", { checkpoint: damaged, resume: true }, "cannot be used"],
  ["refused for its validation data", { validation: tf.zeros([2, 3]) }, "validation"],
  ["refused for its optimizer", { optimizer: () => ({}) as tf.Optimizer }, "optimizer"],
  ["refused for a schedule's name", { schedules: { rate: 1 } }, "names both"],
];

test.each(endings)("a fit that is %s holds no tensor afterwards", async (name, options, error) => {
  const controller = new AbortController();
  const interrupting = name === "interrupted between epochs" && {
    signal: controller.signal,
    onEpoch: () => controller.abort(),
  };
  const before = held();
  const fitting = fit(model, data, { ...quiet, epochs: 2, batchSize: 16, validation, ...options, ...interrupting });
  if (error === undefined) await fitting;
  else await expect(fitting).rejects.toThrow(error);
  expect(held()).toEqual(before);
});

test.each([true, false])("a fit of several phases and an evaluation hold none (compiled: %s)", async (compile) => {
  const { model: pair } = adversarial();
  const before = held();
  await fit(pair, data, { ...quiet, epochs: 2, compile });
  await evaluate(pair, data, { compile, xla: false, batchSize: 7 });
  expect(held()).toEqual(before);
});

// Op by op, tfjs itself keeps what it saved for the gradient when the function that it differentiates throws.
test("a loss that throws leaves none behind", async () => {
  const phase = model.phases[0]!;
  const failing = {
    ...model,
    phases: [
      {
        ...phase,
        loss: (...args: Parameters<typeof phase.loss>) => {
          const { terms } = phase.loss(...args);
          return { loss: terms.rate!, terms };
        },
      },
    ],
  };
  const before = held();
  await expect(fit(failing, data, { ...quiet, epochs: 1 })).rejects.toThrow(
    'fit(): the loss of the phase "elbo" must be a scalar tensor, but got a tensor of type float32 and shape [40].',
  );
  expect(held()).toEqual(before);
});
