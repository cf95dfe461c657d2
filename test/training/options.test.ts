import { describe, expect, test } from "vitest";
import { displaySymbol } from "../../src/display/mime-bundle";
import { tf } from "../../src/runtime/tensorflow";
import { evaluate } from "../../src/training/evaluate";
import { fit } from "../../src/training/fit";
import type { FitOptions } from "../../src/training/fit-options";
import { History } from "../../src/training/history";
import { constant, cosineDecay, cyclicalWarmup, linearWarmup, type Schedule } from "../../src/training/schedules";
import type { Trainable } from "../../src/training/trainable";
import { adversarial, mean, quiet, toy } from "./toys";

const data = tf.tensor1d([1, 2, 3]);
const model = mean(5);
const loose = (value: unknown) => value as never;

const badOptions: [options: unknown, message: string][] = [
  [undefined, "options must be an object with options: epochs, batchSize,"],
  [null, "options must be an object with options: epochs, batchSize,"],
  [{}, "epochs must be a whole number of at least 1, but got undefined."],
  [{ epochs: 0 }, "epochs must be a whole number of at least 1, but got 0."],
  [{ epochs: 1.5 }, "epochs must be a whole number of at least 1, but got 1.5."],
  [{ epochs: Number.NaN }, "epochs must be a whole number of at least 1, but got NaN."],
  [{ epochs: "3" }, "epochs must be a whole number of at least 1, but got '3'."],
  [{ batchSize: 0 }, "batchSize must be a whole number of at least 1, but got 0."],
  [{ batchSize: Number.NaN }, "batchSize must be a whole number of at least 1, but got NaN."],
  [{ learningRate: 0 }, "learningRate must be a finite number above 0 or a schedule, but got 0."],
  [{ learningRate: Number.NaN }, "learningRate must be a finite number above 0 or a schedule, but got NaN."],
  [
    { learningRate: Number.POSITIVE_INFINITY },
    "learningRate must be a finite number above 0 or a schedule, but got Infinity.",
  ],
  [{ learningRate: "fast" }, "learningRate must be a finite number above 0 or a schedule, but got 'fast'."],
  [
    { optimizer: "adam" },
    "optimizer must be a function that creates an optimizer: (learningRate) => tf.train.adam(learningRate),",
  ],
  [
    { optimizer: tf.train.sgd(1) },
    "optimizer must be a function that creates an optimizer: (learningRate) => tf.train.adam(",
  ],
  [{ optimizer: () => 3 }, "the result of `optimizer` must be a new tf.train optimizer each time, but got 3."],
  [{ clipNorm: 0 }, "clipNorm must be a finite number above 0, but got 0."],
  [{ clipNorm: Number.NaN }, "clipNorm must be a finite number above 0, but got NaN."],
  [{ schedules: 3 }, "schedules must be an object of numbers and schedules, but got 3."],
  [{ schedules: { beta: Number.NaN } }, "schedules.beta must be a finite number or a schedule, but got NaN."],
  [{ schedules: { beta: "warm" } }, "schedules.beta must be a finite number or a schedule, but got 'warm'."],
  [
    { schedules: { epoch: 1 } },
    "the name of a schedule must be different from the columns of the history, but got 'epoch'.",
  ],
  [{ patience: 0 }, "patience must be a whole number of at least 1, but got 0."],
  [{ patience: Number.POSITIVE_INFINITY }, "patience must be a whole number of at least 1, but got Infinity."],
  [{ monitor: { measure: "score", goal: "up" } }, "monitor must be the name of a measure"],
  [{ monitor: { measure: "score", mode: "max" } }, "monitor must be the name of a measure"],
  [{ epochs: undefined, epoch: 3 }, 'there is no option "epoch". Did you mean "epochs"?'],
  [{ verbose: 0 }, 'there is no option "verbose". Did you mean "progress"?'],
  [{ batch: 7 }, 'there is no option "batch". Did you mean "batchSize"?'],
  [{ learningrate: 1 }, 'there is no option "learningrate". Did you mean "learningRate"?'],
  [
    { monitor: 3 },
    'monitor must be the name of a measure, for example "validation_loss", or { measure: "score", goal: ',
  ],
  [{ restoreBest: 1 }, "restoreBest must be true or false, but got 1."],
  [{ seed: 0.5 }, "seed must be an integer of 32 bits, but got 0.5."],
  [{ seed: 2 ** 31 }, "seed must be an integer of 32 bits, but got 2147483648."],
  [{ onEpoch: "log" }, "onEpoch must be a function, but got 'log'."],
  [{ checkpoint: "" }, "checkpoint must be a text that is not empty, but got ''."],
  [{ resume: true }, "checkpoint must be a file name, because `resume` is true, but got undefined."],
  [{ resume: "yes", checkpoint: "a" }, "resume must be true or false, but got 'yes'."],
  [{ signal: new AbortController() }, "signal must be an AbortSignal, but got AbortController {"],
  [{ progress: 0 }, "progress must be true or false, but got 0."],
  [{ compile: "no" }, "compile must be true or false, but got 'no'."],
  [{ xla: 1 }, "xla must be true or false, but got 1."],
  [{ validation: [] }, "validation must be a tensor or an object of tensors, but got []."],
  [
    { validation: tf.zeros([0]) },
    "validation.x must be a tensor with at least one example, but got a tensor of type float32 and shape [0].",
  ],
  [
    { validation: tf.zeros([2, 3]) },
    "the shape of an example of `validation` must be as in `data`: { x: [] }, but got { x: [ 3 ] }.",
  ],
  [
    { validation: { y: tf.zeros([2]) } },
    "the shape of an example of `validation` must be as in `data`: { x: [] }, but got { y: [] }.",
  ],
];

describe("fit refuses", () => {
  test.each(badOptions)("%o", async (options, message) => {
    const given = options && {
      ...quiet,
      epochs: 1,
      ...(Object.keys(options).length > 0 ? options : { epochs: undefined }),
    };
    const failure = await fit(model, data, loose(given ?? options)).catch((error: Error) => error.message);
    expect(failure).toContain(`fit(): ${message}`);
    expect(model.w.dataSync()[0]).toBe(5);
  });

  const disposed = tf.zeros([2]);
  disposed.dispose();
  test.each<[unknown, string]>([
    [undefined, "data must be a tensor or an object of tensors, but got undefined."],
    [{}, "data must be a tensor or an object of tensors, but got {}."],
    [{ x: [1, 2] }, "data.x must be a tensor with at least one example, but got [ 1, 2 ]."],
    [tf.scalar(1), "data.x must be a tensor with at least one example, but got a tensor of type float32 and shape []."],
    [
      tf.data.array([1, 2]),
      "data must be a tensor or an object of tensors, but got a tf.data.Dataset. Collect its elements",
    ],
    [Promise.resolve(1), "data must be a tensor or an object of tensors, but got a promise. Wait for it with `await`."],
    [[[1, 2]], "data must be a tensor or an object of tensors, but got an array. Convert it to a tensor"],
    [new Float32Array(3), "data must be a tensor or an object of tensors, but got an array. Convert it to a tensor"],
    [disposed, "data.x must be a tensor with at least one example, but got a disposed tensor."],
    [
      { x: tf.zeros([2, 1]), y: tf.zeros([3]) },
      "data must be tensors with the same number of examples, but got { x: [ 2, 1 ], y: [ 3 ] }.",
    ],
  ])("the data %o", async (given, message) => {
    await expect(fit(model, loose(given), { epochs: 1 })).rejects.toThrow(`fit(): ${message}`);
    await expect(evaluate(model, loose(given))).rejects.toThrow(`evaluate(): ${message}`);
  });

  const [phase] = model.phases;
  const hidden = tf.variable(tf.scalar(1), true, "hidden-one");
  test.each<[string, unknown, string]>([
    ["that is none", 3, "model must be an object with at least one phase and `variables()`, but got 3."],
    ["without phases", { ...model, phases: [] }, "model must be an object with at least one phase and `variables()`,"],
    ["without variables()", { phases: model.phases }, "model must be an object with at least one phase and"],
    [
      "with two phases of one name",
      { ...model, phases: [phase, phase] },
      "model.phases must be phases with distinct names, but got [ 'only', 'only' ].",
    ],
    [
      "with a phase that trains nothing",
      { ...model, phases: [{ ...phase, variables: () => [] }] },
      'the variables of the phase "only" must be a list of at least one variable, but got [].',
    ],
    [
      "with a minimumBatch that is no count",
      { ...model, phases: [{ ...phase, minimumBatch: 0 }] },
      'the minimumBatch of the phase "only" must be a whole number of at least 1, but got 0.',
    ],
    [
      "whose bound is not per example",
      { ...model, phases: [{ ...phase, loss: () => ({ loss: tf.square(model.w), bound: model.w, terms: {} }) }] },
      'the bound of the phase "only" must be a tensor with one value per example, but got a tensor of type float32 and shape [].',
    ],
    [
      "that does not list all it trains",
      { ...model, phases: [{ ...phase, variables: () => [model.w, hidden] }] },
      'the phase "only" trains the variable hidden-one, which model.variables() does not list.',
    ],
    [
      "whose loss is not a scalar",
      toy([model.w], ({ x }) => tf.mul(x!, model.w)),
      'the loss of the phase "only" must be a scalar tensor, but got a tensor of type float32 and shape [3].',
    ],
    [
      "whose loss is no tensor",
      toy([model.w], () => loose({ loss: 3, terms: {} })),
      'the loss of the phase "only" must be a scalar tensor, but got 3.',
    ],
    [
      "with a term whose name is taken",
      toy([model.w], () => ({ loss: tf.square(model.w), terms: { epoch: model.w } })),
      "the name of a term of the phase \"only\" must be different from the columns of the history, but got 'epoch'.",
    ],
  ])("a model %s", async (_, given, message) => {
    await expect(fit(given as Trainable, data, { ...quiet, epochs: 1 })).rejects.toThrow(`fit(): ${message}`);
  });

  test("an optimizer that fails for the second phase: the first one is freed", async () => {
    const { numTensors } = tf.memory();
    let calls = 0;
    const optimizer = () => {
      if (++calls === 2) throw new Error("no second one");
      return tf.train.adam(1);
    };
    const { model } = adversarial();
    const before = tf.memory().numTensors;
    expect(before).toBeGreaterThan(numTensors);
    await expect(fit(model, data, { ...quiet, epochs: 1, optimizer })).rejects.toThrow("no second one");
    expect(tf.memory().numTensors).toBe(before);
  });

  test("one optimizer for two phases", async () => {
    const shared = tf.train.sgd(1);
    const options: FitOptions = { ...quiet, epochs: 1, optimizer: () => shared };
    await expect(fit(adversarial().model, data, options)).rejects.toThrow("must be a new tf.train optimizer each time");
  });

  test("a schedule with the name of a term", async () => {
    const options = { ...quiet, epochs: 1, schedules: { gap: 1 } };
    await expect(fit(adversarial().model, tf.ones([2, 1]), options)).rejects.toThrow(
      'fit(): "gap" names both a schedule and a term of the phase "critic". Rename the schedule.',
    );
  });
});

describe("History", () => {
  const row = { step: 1, seconds: 1, learningRate: 0.1 };
  const history = new History(
    [
      { ...row, epoch: 1, phase: "critic", loss: 3, gap: 2 },
      { ...row, epoch: 1, phase: "generator", loss: 4 },
    ],
    "completed",
    1,
    1,
    1,
  );

  test("has columns by measure and phase", () => {
    expect(history.column("loss")).toEqual([3]);
    expect(history.column("loss", "generator")).toEqual([4]);
    expect(String(history)).toBe("completed after 1 epochs, 1 steps, 1.0 s");
  });

  test("shows itself as a short table of epochs and measures", () => {
    const rows = Array.from({ length: 40 }, (_, i) => ({ ...row, epoch: i + 1, phase: "elbo", loss: 1 / (i + 1) }));
    const monitor = { measure: "loss", goal: "lowest" } as const;
    const text = new History(rows, "completed", 40, 1, 40, monitor)[displaySymbol]().data["text/plain"] as string;
    const lines = text.split("\n");
    expect(lines[0]).toBe("History: completed after 40 epochs, 40 steps, 1.0 s; best epoch 40 (lowest loss)");
    expect(lines[1]!.trim()).toMatch(/^epoch +loss$/);
    expect(lines).toHaveLength(15);
  });

  test.each([
    [
      "los",
      undefined,
      'History has no "los" for the phase "critic". It has step, seconds, learningRate, epoch, loss, gap.',
    ],
    [
      "gap",
      "generator",
      'History has no "gap" for the phase "generator". It has step, seconds, learningRate, epoch, loss.',
    ],
    ["loss", "judge", 'History has no phase "judge". It has critic, generator.'],
  ])("says what there is instead of %s of %s", (measure, phase, message) => {
    expect(() => history.column(measure, phase)).toThrow(message);
  });
});

describe("schedules", () => {
  const values = (schedule: Schedule, epochs: number[]) =>
    epochs.map((epoch) => schedule({ step: 0, epoch, epochs: 10 }));

  test.each<[string, Schedule, number[], number[]]>([
    ["constant", constant(3), [0, 5], [3, 3]],
    ["linearWarmup", linearWarmup({ epochs: 4 }), [0, 1, 4, 9], [0, 0.25, 1, 1]],
    ["linearWarmup from and to", linearWarmup({ from: 2, to: 1, epochs: 2 }), [0, 1, 5], [2, 1.5, 1]],
    ["cyclicalWarmup", cyclicalWarmup({ period: 4 }), [0, 1, 2, 3, 4, 5], [0, 0.5, 1, 1, 0, 0.5]],
    ["cyclicalWarmup with a ratio", cyclicalWarmup({ period: 4, ratio: 1, to: 2 }), [0, 2, 3], [0, 1, 1.5]],
    ["cosineDecay", cosineDecay({ from: 1 }), [0, 5, 10, 12], [1, 0.5, 0, 0]],
  ])("%s", (_, schedule, epochs, expected) => {
    for (const [i, value] of values(schedule, epochs).entries()) expect(value).toBeCloseTo(expected[i]!, 12);
  });

  test.each<[() => unknown, string]>([
    [() => linearWarmup({ epochs: 0 }), "linearWarmup(): epochs must be a finite number above 0, but got 0."],
    [
      () => cyclicalWarmup({ period: Number.NaN }),
      "cyclicalWarmup(): period must be a finite number above 0, but got NaN.",
    ],
    [() => cyclicalWarmup({ period: 1, ratio: 2 }), "cyclicalWarmup(): ratio must be a number in (0, 1], but got 2."],
    [() => linearWarmup({ epoch: 3 } as never), 'linearWarmup(): there is no option "epoch". Did you mean "epochs"?'],
    [() => cosineDecay({} as never), "cosineDecay(): from must be a finite number, but got undefined."],
    [() => constant(Number.NaN), "constant(): value must be a finite number, but got NaN."],
  ])("refuse what makes no sense: %s", (make, message) => {
    expect(make).toThrow(message);
  });
});
