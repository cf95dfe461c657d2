import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { exportSavedModel } from "../../src/jit/export-saved-model";
import { type Jitted, jit } from "../../src/jit/jit";
import { rng } from "../../src/runtime/rng";
import { tf } from "../../src/runtime/tensorflow";
import { tolerance } from "../tolerance";
import { expectClose, seedWeights } from "./agree";

let directory = "";
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "elbo-lab-saved-"));
  tf.engine().startScope();
});
afterEach(() => {
  tf.engine().endScope();
  tf.disposeVariables();
  rmSync(directory, { recursive: true });
});

/** The compiled functions of a small convolutional autoencoder, including a training step. */
const autoencoder = () => {
  const input = tf.input({ shape: [4, 4, 1] });
  let code = tf.layers
    .conv2d({ filters: 2, kernelSize: 3, strides: 2, padding: "same", activation: "relu" })
    .apply(input);
  code = tf.layers.batchNormalization().apply(code);
  code = tf.layers.dense({ units: 3 }).apply(tf.layers.flatten().apply(code));
  const encoder = seedWeights(tf.model({ inputs: input, outputs: code as tf.SymbolicTensor }));
  const decoder = seedWeights(
    tf.sequential({
      layers: [tf.layers.dense({ units: 16, inputShape: [3] }), tf.layers.reshape({ targetShape: [4, 4, 1] })],
    }),
  );
  const optimizer = tf.train.adam(0.05);
  const data = tf.range(0, 2000).sin().reshape([125, 4, 4, 1]);
  return {
    encode: jit((x: tf.Tensor) => ({ mean: encoder.apply(x) as tf.Tensor, size: tf.scalar(3, "int32") })),
    decode: jit((z: tf.Tensor) => decoder.apply(z) as tf.Tensor, { xla: true }),
    train: jit(
      (indices: tf.Tensor1D, key: tf.Tensor1D, { beta }: { beta: number }) =>
        optimizer.minimize(() => {
          const x = tf.gather(data, indices);
          const mean = encoder.apply(x, { training: true }) as tf.Tensor;
          const z = mean.add(rng(key).normal(mean.shape));
          const distortion = (decoder.apply(z) as tf.Tensor).sub(x).square().mean();
          return distortion.add(mean.square().mean().mul(beta)) as tf.Scalar;
        }, true)!,
    ),
  };
};

const x = () => tf.range(0, 32).cos().reshape([2, 4, 4, 1]);
const indices = () => tf.tensor1d([0, 7, 124], "int32");
const key = () => rng(5).key;

/** Saves the model after one step. Returns the results of its functions after that, including one more step. */
const saveAndGoOn = () => {
  const { encode, decode, train } = autoencoder();
  train(indices(), key(), { beta: 0.5 });
  encode(x());
  decode(tf.ones([2, 3]));
  exportSavedModel(directory, { encode, decode, train });
  const first = encode(x()).mean;
  const loss = train(indices(), key(), { beta: 0.25 });
  return { first, decoded: decode(tf.ones([2, 3])), loss, second: encode(x()).mean };
};

test("TensorFlow's own loader gives the same numbers, training step included", async () => {
  const expected = saveAndGoOn();
  const load = (signature: string) => tf.node.loadSavedModel(directory, ["serve"], signature);
  const [encode, train, decode] = [await load("encode"), await load("train"), await load("decode")];
  const mean = () => (encode.predict({ input_0: x() }) as tf.NamedTensorMap).mean!;
  expectClose(mean(), expected.first);
  const { output } = train.predict({
    ...{ input_0: indices(), input_1: key(), input_2_beta: tf.scalar(0.25) },
  }) as tf.NamedTensorMap;
  expectClose(output!, expected.loss);
  expectClose((decode.predict({ input_0: tf.ones([2, 3]) }) as tf.NamedTensorMap).output!, expected.decoded);
  expectClose(mean(), expected.second);
  for (const model of [encode, train, decode]) model.dispose();
});

describe("a saved model's batch size", () => {
  /** Compares a saved function with the original on other batches. */
  const compare = async (fn: Jitted<never[], tf.Tensor>, inputs: Record<string, tf.Tensor>) => {
    const loaded = await tf.node.loadSavedModel(directory, ["serve"], "f");
    const { output } = loaded.predict(inputs) as tf.NamedTensorMap;
    expectClose(output!, fn(...(Object.values(inputs) as never[])), tolerance.float32);
    loaded.dispose();
  };

  test.each([
    1, 2, 3, 7, 64,
  ])("is free: a batch of %d through convolutions, norms, reshapes and draws", async (batch) => {
    const { encode, decode } = autoencoder();
    const f = jit((x: tf.Tensor, key: tf.Tensor1D) => {
      const { mean } = encode(x);
      const z = mean.add(rng(key).normal(mean.shape));
      const rows = tf.concat([decode(z).reshape([z.shape[0]!, 16]), tf.ones([z.shape[0]!, 2])], 1);
      return rows.sub(rows.mean(0)).div(x.shape[0]!).add(x.shape[0]!);
    });
    f(x(), key());
    exportSavedModel(directory, { f });
    await compare(f as never, {
      input_0: tf
        .range(0, 16 * batch)
        .sin()
        .reshape([batch, 4, 4, 1]),
      input_1: key(),
    });
  });

  test("is free in a training step as well", async () => {
    const { train } = autoencoder();
    train(indices(), key(), { beta: 0.5 });
    exportSavedModel(directory, { f: train });
    const loaded = await tf.node.loadSavedModel(directory, ["serve"], "f");
    const other = tf.tensor1d([5, 6, 7, 8, 9], "int32");
    const inputs = { input_0: other, input_1: key(), input_2_beta: tf.scalar(0.25) };
    const given = () => (loaded.predict(inputs) as tf.NamedTensorMap).output!;
    for (let step = 0; step < 2; step++) expectClose(given(), train(other, key(), { beta: 0.25 }));
    loaded.dispose();
  });

  test("is marked as free in the signature, and fixed where that is asked for", async () => {
    const f = jit((x: tf.Tensor) => x.mul(2));
    f(tf.ones([2, 3]));
    const shapes = async () => {
      const { inputs, outputs } = (await tf.node.getMetaGraphsFromSavedModel(directory))[0]!.signatureDefs
        .f as never as {
        inputs: Record<string, { shape: { array: unknown[] }[] }>;
        outputs: typeof inputs;
      };
      return JSON.stringify([inputs.input_0, outputs.output]);
    };
    exportSavedModel(directory, { f });
    const free = await shapes();
    exportSavedModel(directory, { f }, { batchSize: "fixed" });
    expect(await shapes()).not.toBe(free);
    const loaded = await tf.node.loadSavedModel(directory, ["serve"], "f");
    expectClose((loaded.predict({ input_0: tf.ones([2, 3]) }) as tf.NamedTensorMap).output!, tf.fill([2, 3], 2));
    loaded.dispose();
  });

  test.each<[string, (x: tf.Tensor) => tf.Tensor, string]>([
    ["unrolled", (x) => tf.addN(tf.unstack(x)), "the attribute num of the op Unpack depends on the batch size"],
    [
      "a loop",
      (x) => Array.from({ length: x.shape[0]! }).reduce<tf.Tensor>((sum) => sum.sin(), x),
      "how many ops it runs depends on the batch size",
    ],
    ["with a factor of its square", (x) => x.mul(x.shape[0]! ** 2), "is neither a + k n nor c / n"],
    ["decided on by JavaScript", (x) => (x.shape[0]! > 55 ? x.sin() : x.cos()), "depends on the batch size"],
  ])("cannot be free where the graph is %s, and the error says so", (_, fn, why) => {
    const f = jit(fn);
    f(tf.ones([2, 3]));
    const { numTensors } = tf.memory();
    expect(() => exportSavedModel(directory, { f })).toThrow(
      /^exportSavedModel\(\): "f" cannot be saved with a free batch size: /,
    );
    expect(() => exportSavedModel(directory, { f })).toThrow(why);
    expect(tf.memory().numTensors).toBe(numTensors);
    exportSavedModel(directory, { f }, { batchSize: "fixed" });
  });

  test("holds no tensor", () => {
    const { encode, train } = autoencoder();
    encode(x());
    train(indices(), key(), { beta: 1 });
    const { numTensors } = tf.memory();
    exportSavedModel(directory, { encode, train });
    expect(tf.memory().numTensors).toBe(numTensors);
  });
});

/** A Python with TensorFlow, if there is one. */
const python = [process.env.ELBO_LAB_TF_PYTHON, ".venv-peers/bin/python"].find(
  (path) => path && existsSync(path) && spawnSync(path, ["-c", "import tensorflow"]).status === 0,
);

describe.skipIf(python === undefined)("with Python's TensorFlow (skipped without ELBO_LAB_TF_PYTHON)", () => {
  test("a model loaded in Python gives the same numbers, training step included", () => {
    const expected = saveAndGoOn();
    const float = (tensor: tf.Tensor) => ["float32", tensor.arraySync()];
    const int = (tensor: tf.Tensor) => ["int32", tensor.arraySync()];
    const calls = [
      ["encode", { input_0: float(x()) }],
      ["train", { input_0: int(indices()), input_1: int(key()), input_2_beta: float(tf.scalar(0.25)) }],
      ["decode", { input_0: float(tf.ones([2, 3])) }],
      ["encode", { input_0: float(x()) }],
    ];
    const answer = execFileSync(python!, [join(import.meta.dirname, "load_model.py")], {
      input: JSON.stringify({ directory, calls }),
      env: { ...process.env, TF_CPP_MIN_LOG_LEVEL: "3" },
      stdio: ["pipe", "pipe", "ignore"],
    });
    const [first, trained, decoded, second] = JSON.parse(answer.toString());
    expectClose(tf.tensor(first.mean), expected.first, tolerance.float32);
    expect(first.size).toBe(3);
    expectClose(tf.scalar(trained.output), expected.loss);
    expectClose(tf.tensor(decoded.output), expected.decoded);
    expectClose(tf.tensor(second.mean), expected.second);
  });
});

test("a function without variables or outputs can be saved", async () => {
  const v = tf.variable(tf.scalar(1));
  const [square, reset] = [jit((x: tf.Tensor) => x.square()), jit(() => void v.assign(tf.scalar(0)))];
  square(tf.scalar(2));
  reset();
  exportSavedModel(directory, { square });
  const loaded = await tf.node.loadSavedModel(directory, ["serve"], "square");
  expectClose((loaded.predict({ input_0: tf.scalar(3) }) as tf.NamedTensorMap).output!, tf.scalar(9));
  loaded.dispose();
  exportSavedModel(directory, { reset });
  expect(Object.keys((await tf.node.getMetaGraphsFromSavedModel(directory))[0]!.signatureDefs)).toEqual(["reset"]);
});

test("what cannot be saved is named", () => {
  const f = jit((x: tf.Tensor) => x, { name: "encode" });
  expect(() => exportSavedModel(directory, { f })).toThrow(
    "encode has not been called yet, so it has no graph. Call it once first.",
  );
  expect(() => exportSavedModel(directory, {})).toThrow(
    "functions must be an object with at least one compiled function, but got {}.",
  );
});
