import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { vae } from "../../src/models/vae";
import { readTensorFile, writeTensorFile } from "../../src/runtime/tensor-file";
import { tf } from "../../src/runtime/tensorflow";
import { fit } from "../../src/training/fit";
import type { FitOptions } from "../../src/training/fit-options";
import type { Trainable } from "../../src/training/trainable";
import type { TrainingData } from "../../src/training/training-data";
import { numbers, pictures, quiet, smallVae } from "./toys";

const folder = mkdtempSync(path.join(tmpdir(), "elbo-lab-checkpoint-"));
afterAll(() => rmSync(folder, { recursive: true }));
const good = path.join(folder, "deep", "run.ckpt");

const data = pictures(20);
const validation = pictures(10, 16, 2);
const options = { ...quiet, epochs: 2, batchSize: 10, patience: 5, validation } as const;

beforeAll(async () => {
  await fit(smallVae(), data, { ...options, checkpoint: good });
});

/** What resuming says, and whether the model was left alone. */
async function refusal(
  file: string,
  changes: Partial<FitOptions> = {},
  model: Trainable = smallVae(),
  given: TrainingData = data,
) {
  const before = numbers(model.variables());
  const fitting = fit(model, given, { ...options, ...changes, checkpoint: file, resume: true });
  const message = await fitting.then(String, (error: Error) => error.message);
  expect(numbers(model.variables())).toEqual(before);
  return message;
}

describe("a checkpoint", () => {
  test("of a complete fit gives its variables and history without another step", async () => {
    const whole = smallVae();
    const expected = await fit(whole, data, { ...options, restoreBest: true });
    const model = smallVae();
    const history = await fit(model, data, { ...options, checkpoint: good, resume: true });
    expect(numbers(model.variables())).toEqual(numbers(whole.variables()));
    const timeless = (rows: typeof history.rows) => rows.map(({ seconds, ...row }) => row);
    expect(timeless(history.rows)).toEqual(timeless(expected.rows));
    expect([history.steps, history.stopReason]).toEqual([4, "completed"]);
  });

  test("that is not there yet is begun", async () => {
    const file = path.join(folder, "new.ckpt");
    const history = await fit(smallVae(), data, { ...options, checkpoint: file, resume: true });
    expect(history.steps).toBe(4);
    expect((await fit(smallVae(), data, { ...options, checkpoint: file, resume: true })).steps).toBe(4);
  });

  test("keeps whether XLA compiles the steps, so that a fit goes on as it began", async () => {
    const file = path.join(folder, "xla.ckpt");
    const byItself = { ...options, xla: undefined };
    const begun = await fit(smallVae(), data, { ...byItself, epochs: 1, checkpoint: file });
    // So many epochs are compiled by XLA where they are begun.
    const many: FitOptions = { ...byItself, epochs: 1e6, onEpoch: (_, { stop }) => stop() };
    const anew = await fit(smallVae(), data, many);
    const resumed = await fit(smallVae(), data, { ...many, checkpoint: file, resume: true });
    expect([begun.xla, anew.xla, resumed.xla, resumed.rows.length]).toEqual([false, true, false, 2]);
  });

  test("without resume is begun anew", async () => {
    const file = path.join(folder, "anew.ckpt");
    await fit(smallVae(), data, { ...options, checkpoint: file });
    const history = await fit(smallVae(), data, { ...options, epochs: 1, checkpoint: file });
    expect(history.steps).toBe(2);
  });

  test("is written before onEpoch is called", async () => {
    const file = path.join(folder, "callback.ckpt");
    const failing = { ...options, checkpoint: file, onEpoch: () => Promise.reject(new Error("crash")) };
    await expect(fit(smallVae(), data, failing)).rejects.toThrow("crash");
    expect((await fit(smallVae(), data, { ...options, epochs: 1, checkpoint: file, resume: true })).rows).toHaveLength(
      1,
    );
  });

  test("of a fit that stopped early stays stopped, and goes on with more patience", async () => {
    const file = path.join(folder, "patience.ckpt");
    const stopping = { ...options, epochs: 50, learningRate: 0.5, patience: 2, checkpoint: file, resume: true };
    const first = await fit(smallVae(), data, stopping);
    expect(first.stopReason).toBe("early stopping");
    expect(first.rows.length).toBeLessThan(48);
    const again = await fit(smallVae(), data, stopping);
    expect([again.stopReason, again.steps, again.bestEpoch]).toEqual(["early stopping", first.steps, first.bestEpoch]);
    const epochs = first.rows.length + 1;
    expect((await fit(smallVae(), data, { ...stopping, epochs, patience: 40 })).rows).toHaveLength(epochs);
  });
});

describe("resuming is refused, with the model untouched,", () => {
  const altered = (change: (bytes: Buffer) => Buffer): string => {
    const file = path.join(folder, "altered.ckpt");
    writeFileSync(file, change(readFileSync(good)));
    return file;
  };
  const rewritten = (metadata: Record<string, string>): string => {
    const file = path.join(folder, "rewritten.ckpt");
    const content = readTensorFile(good);
    writeTensorFile(file, { ...content, metadata: { ...content.metadata, ...metadata } });
    tf.dispose(content.tensors);
    return file;
  };

  test.each<[string, (bytes: Buffer) => Buffer, string]>([
    ["an empty file", () => Buffer.alloc(0), "it is cut off or not a tensor file"],
    ["a file cut in the header", (b) => b.subarray(0, 300), "it is cut off or not a tensor file"],
    ["a file cut in the data", (b) => b.subarray(0, b.length - 100), "it does not match its checksum"],
    [
      "a byte changed in the data",
      (b) => b.fill(b.at(-9)! ^ 4, b.length - 9, b.length - 8),
      "it does not match its checksum",
    ],
    [
      "the epoch changed in the header",
      (b) => Buffer.from(b.toString("latin1").replace('\\"epoch\\":2', '\\"epoch\\":1'), "latin1"),
      "it does not match its checksum",
    ],
  ])("of %s", async (_, change, message) => {
    expect(await refusal(altered(change))).toContain(`altered.ckpt cannot be used: ${message}`);
  });

  test("of another version or kind of file", async () => {
    expect(await refusal(rewritten({ version: "1" }))).toBe(
      "fit(): cannot resume from rewritten.ckpt: it has version 1, but this elbo-lab reads version 4.",
    );
    expect(await refusal(rewritten({ format: "weights" }))).toBe(
      "fit(): cannot resume from rewritten.ckpt: it is not a checkpoint of fit().",
    );
  });

  const says = (text: string) => `fit(): cannot resume from run.ckpt: ${text}.`;

  test("of another model", async () => {
    expect(await refusal(good, {}, vae({ dataShape: 16, latentDim: 3, hidden: [8] }))).toMatch(
      /^fit\(\): cannot resume from run.ckpt: its variables have the shapes \[16,8\] .*, but the model's have \[16,8\] /,
    );
    const { phases, ...rest } = smallVae();
    const [phase] = phases;
    const renamed = { ...rest, phases: [{ ...phase!, name: "bound" }] };
    expect(await refusal(good, { monitor: "validation_loss" }, renamed)).toBe(
      says('phases was ["elbo"] and is now ["bound"]'),
    );
    const frozen = { ...rest, phases: [{ ...phase!, variables: () => rest.variables().slice(2) }] };
    expect(await refusal(good, {}, frozen)).toMatch(
      /the variables of each phase was \[\[0,1,2,.*\]\] and is now \[\[2,/,
    );
  });

  test("with another scale of the learning rate in a phase", async () => {
    const scaled = (learningRateScale?: number) => {
      const { phases, ...rest } = smallVae();
      return { ...rest, phases: [{ ...phases[0], ...(learningRateScale !== undefined && { learningRateScale }) }] };
    };
    expect(await refusal(good, {}, scaled(0.5))).toBe(
      says("the learningRateScale of each phase was not given and is now [0.5]"),
    );
    const file = path.join(folder, "scaled.ckpt");
    await fit(scaled(0.5), data, { ...options, checkpoint: file });
    expect(await refusal(file, {}, scaled(2))).toContain(
      "the learningRateScale of each phase was [0.5] and is now [2]",
    );
    expect(await refusal(file, {}, scaled())).toContain(
      "the learningRateScale of each phase was [0.5] and is now not given",
    );
    for (const same of [1, undefined]) {
      expect((await fit(scaled(same), data, { ...options, checkpoint: good, resume: true })).steps).toBe(4);
    }
  });

  test.each<[Partial<FitOptions>, string]>([
    [{ seed: 1 }, "seed was 0 and is now 1"],
    [{ batchSize: 5 }, "batchSize was 10 and is now 5"],
    [{ optimizer: tf.train.sgd }, 'the optimizer of each phase was ["Adam"] and is now ["SGD"]'],
    [{ monitor: "validation_rate" }, 'monitor was not given and is now "validation_rate"'],
    [{ clipNorm: 1 }, "clipNorm was not given and is now 1"],
    [{ restoreBest: false }, "restoreBest was true and is now false"],
    [{ validation: pictures(9) }, 'the shape of the validation data was {"x":[10,16]} and is now {"x":[9,16]}'],
  ])("with %o", async (changes, message) => {
    expect(await refusal(good, changes)).toBe(says(message));
  });

  test("with other data", async () => {
    expect(await refusal(good, {}, smallVae(), pictures(21))).toBe(
      says('the shape of the data was {"x":[20,16]} and is now {"x":[21,16]}'),
    );
  });

  test("with data of the same shape but other values, one number among them", async () => {
    const changed = (of: tf.Tensor) => tf.tidy(() => of.sub(tf.oneHot(3, of.size).reshape(of.shape)).abs());
    const hashes = String.raw`was \{"x":"[\da-f]{16}"\} and is now \{"x":"[\da-f]{16}"\}\.$`;
    expect(await refusal(good, {}, smallVae(), changed(data))).toMatch(
      new RegExp(`the fingerprint of the data ${hashes}`),
    );
    expect(await refusal(good, { validation: changed(validation) })).toMatch(
      new RegExp(`the fingerprint of the validation data ${hashes}`),
    );
    const copy = tf.tidy(() => tf.tensor(data.dataSync(), data.shape));
    expect((await fit(smallVae(), copy, { ...options, checkpoint: good, resume: true })).steps).toBe(4);
  });

  test("with other settings of the optimizer", async () => {
    expect(await refusal(good, { optimizer: (rate) => tf.train.adam(rate, 0.5) })).toMatch(
      /the settings of the optimizers was .*"beta1":0.9.* and is now .*"beta1":0.5/,
    );
  });

  test("with other options of the model, where it has a spec", async () => {
    const file = path.join(folder, "spec.ckpt");
    const of = (options: Record<string, unknown>) => ({ ...smallVae(), spec: { factory: "vae", options } });
    const network = () => tf.sequential({ layers: [tf.layers.dense({ units: 1, inputShape: [2] })] });
    const likelihood = (stdDev: number) => ({ spec: { factory: "gaussianLikelihood", options: { stdDev } } });
    const given = { latentDim: 2, beta: 1, likelihood: likelihood(1), encoder: network(), custom: () => 1 };
    await fit(of(given), data, { ...options, checkpoint: file });
    const same = { ...given, likelihood: likelihood(1), encoder: network(), custom: () => 1 };
    expect((await fit(of(same), data, { ...options, checkpoint: file, resume: true })).steps).toBe(4);
    const refused = (changes: object) => refusal(file, {}, of({ ...given, ...changes }));
    expect(await refused({ beta: 4 })).toContain('the option "beta" of vae() was 1 and is now 4.');
    expect(await refused({ freeBits: 1 })).toContain('the option "freeBits" of vae() was not given and is now 1.');
    expect(await refused({ likelihood: likelihood(2) })).toContain('"stdDev":1}} and is now {"gaussianLikelihood":');
  });
});
