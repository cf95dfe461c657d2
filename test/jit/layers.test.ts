import { afterAll, afterEach, beforeEach, describe, expect, test } from "vitest";
import { jit } from "../../src/jit/jit";
import { dropout } from "../../src/networks/dropout";
import { gaussianNoise } from "../../src/networks/gaussian-noise";
import { rng } from "../../src/runtime/rng";
import { tf } from "../../src/runtime/tensorflow";
import { type Experiment, expectAgreement, expectClose, modes, seedWeights } from "./agree";

beforeEach(() => tf.engine().startScope());
afterEach(() => tf.engine().endScope());
afterAll(() => tf.disposeVariables());

const { layers } = tf;
const image = [8, 8, 2];

interface Description {
  /** The shape of an example. */
  shape: number[];
  integers?: boolean;
  layers: () => tf.layers.Layer[];
  /** An op of the training step that has no XLA kernel. */
  unknownToXla?: string;
}

/** Networks, by the kind of their layers. */
const networks: Record<string, Description> = {
  dense: {
    shape: [5],
    layers: () => [layers.dense({ units: 7, activation: "relu" }), layers.dense({ units: 3, activation: "tanh" })],
  },
  "activations of all kinds": {
    shape: [6],
    layers: () => [
      ...(["elu", "selu", "sigmoid", "softplus", "softsign", "swish", "softmax"] as const).map((activation) =>
        layers.dense({ units: 6, activation }),
      ),
      layers.leakyReLU(),
    ],
  },
  conv2d: {
    shape: image,
    layers: () => [
      layers.conv2d({ filters: 4, kernelSize: 3, strides: 2, padding: "same", activation: "relu" }),
      layers.conv2d({ filters: 3, kernelSize: 2, padding: "valid" }),
      layers.flatten(),
    ],
  },
  "transposed conv2d": {
    shape: [4, 4, 3],
    layers: () => [
      layers.conv2dTranspose({ filters: 4, kernelSize: 3, strides: 2, padding: "same", activation: "relu" }),
      layers.conv2dTranspose({ filters: 2, kernelSize: 3, padding: "valid" }),
    ],
  },
  "pooling and upsampling": {
    shape: image,
    unknownToXla: "ResizeNearestNeighborGrad",
    layers: () => [
      layers.conv2d({ filters: 4, kernelSize: 3, padding: "same" }),
      layers.maxPooling2d({ poolSize: 2 }),
      layers.averagePooling2d({ poolSize: 2 }),
      layers.upSampling2d({ size: [2, 2] }),
    ],
  },
  "depthwise and separable conv2d": {
    shape: image,
    layers: () => [
      layers.depthwiseConv2d({ kernelSize: 3, depthMultiplier: 2, padding: "same" }),
      layers.separableConv2d({ filters: 3, kernelSize: 3 }),
    ],
  },
  "batch normalization": {
    shape: [6],
    layers: () => [layers.dense({ units: 8 }), layers.batchNormalization(), layers.activation({ activation: "relu" })],
  },
  "batch normalization of images": {
    shape: image,
    layers: () => [layers.conv2d({ filters: 4, kernelSize: 3 }), layers.batchNormalization({ momentum: 0.9 })],
  },
  "layer normalization": {
    shape: [6],
    layers: () => [layers.dense({ units: 8 }), layers.layerNormalization(), layers.dense({ units: 2 })],
  },
  "dropout and noise": {
    shape: [50],
    layers: () => [gaussianNoise({ stdDev: 0.3 }), layers.dense({ units: 20 }), dropout({ rate: 0.4 })],
  },
  embedding: {
    shape: [5],
    integers: true,
    layers: () => [layers.embedding({ inputDim: 11, outputDim: 4 }), layers.flatten(), layers.dense({ units: 3 })],
  },
  GRU: {
    shape: [3, 2],
    layers: () => [layers.gru({ units: 3, returnSequences: true }), layers.gru({ units: 2 })],
  },
  LSTM: { shape: [3, 2], layers: () => [layers.lstm({ units: 4 }), layers.reshape({ targetShape: [2, 2] })] },
};

const batchSize = 4;

const makeNetwork = ({ shape, layers }: Description): tf.LayersModel => {
  const [first, ...rest] = layers();
  const input = tf.input({ shape });
  let output = first!.apply(input) as tf.SymbolicTensor;
  for (const layer of rest) output = layer.apply(output) as tf.SymbolicTensor;
  return seedWeights(tf.model({ inputs: input, outputs: output }));
};

describe.each(Object.entries(networks))("%s", (_, description) => {
  const batch = (i: number): tf.Tensor => {
    const shape = [batchSize, ...description.shape];
    const size = tf.util.sizeFromShape(shape);
    const waves = tf.range(0, size).add(i).mul(0.7).sin();
    return description.integers ? tf.range(0, size, 1, "int32").mod(11).reshape(shape) : waves.reshape(shape);
  };

  test.each(modes)("training steps agree with eager ones, $mode", ({ xla }) => {
    const make = (): Experiment<[tf.Tensor, tf.Tensor1D]> => {
      const network = makeNetwork(description);
      const optimizer = tf.train.sgd(0.5);
      const weights = () => network.getWeights() as unknown as tf.Variable[];
      return {
        variables: weights,
        step: (x, key) =>
          optimizer.minimize(
            () => {
              const y = network.apply(x, { training: true, rng: rng(key) }) as tf.Tensor;
              return y.sub(0.3).square().mean() as tf.Scalar;
            },
            true,
            network.trainableWeights.map((weight) => weight.read() as tf.Variable),
          )!,
      };
    };
    const lists = [1, 2, 3].map((i): [tf.Tensor, tf.Tensor1D] => [batch(i), rng(i).key]);
    const { unknownToXla } = description;
    if (xla && unknownToXla !== undefined) {
      expect(() => jit(make().step, { xla, name: "train" })(...lists[0]!)).toThrow(
        `train: XLA cannot compile the op ${unknownToXla}. Compile this function without XLA: jit(fn, { xla: false }).`,
      );
      return;
    }
    expectAgreement(make, lists, xla).dispose();
  });

  test.each(modes)("predictions agree with eager ones, $mode", ({ xla }) => {
    const network = makeNetwork(description);
    const predict = jit((x: tf.Tensor) => network.apply(x) as tf.Tensor, { xla });
    for (const i of [1, 2]) expectClose(predict(batch(i)), network.predict(batch(i)) as tf.Tensor);
    expect(predict.stats).toEqual({ traces: 1, runs: 2 });
    predict.dispose();
  });
});
