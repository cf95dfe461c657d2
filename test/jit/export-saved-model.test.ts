import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { exportSavedModel } from "../../src/jit/export-saved-model";
import { jit } from "../../src/jit/jit";
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

/** A small convolutional autoencoder with a training step, and what its functions give before the step. */
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

/** Saves the model after one step, and gives what its functions give from then on. */
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

/** A Python that has TensorFlow, if there is one. */
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
    "encode has not been traced yet: call it once before it is saved.",
  );
  expect(() => exportSavedModel(directory, {})).toThrow(
    "functions must be at least one compiled function by its name, but got {}.",
  );
});
