import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type ConvDecoderOptions, convDecoder } from "../../src/networks/conv-decoder";
import { type ConvEncoderOptions, convEncoder } from "../../src/networks/conv-encoder";
import { rng } from "../../src/runtime/rng";
import { tf } from "../../src/runtime/tensorflow";
import { tolerance } from "../tolerance";

beforeEach(() => tf.engine().startScope());
afterEach(() => tf.engine().endScope());

const apply = (network: tf.LayersModel, x: tf.Tensor): tf.Tensor => network.apply(x) as tf.Tensor;
const outputShape = (network: tf.LayersModel) => network.outputs[0]!.shape.slice(1);
const difference = (a: tf.Tensor, b: tf.Tensor): number => a.sub(b).abs().max().dataSync()[0] as number;
const meanSquare = (t: tf.Tensor): number => t.square().mean().dataSync()[0] as number;
const numbers = (network: tf.LayersModel): number[] => network.getWeights().flatMap((weight) => [...weight.dataSync()]);

describe("Sizes", () => {
  test.each<[number[], number[], number]>([
    [[28, 28, 1], [2, 3], 7 * 7 * 3],
    [[28, 28, 1], [2, 3, 4], 4 * 4 * 4],
    [[32, 32, 3], [2, 3, 4], 4 * 4 * 4],
    [[5, 7, 3], [2, 3], 2 * 2 * 3],
    [[17, 33, 2], [2, 2, 2, 2, 2], 1 * 2 * 2],
    [[1, 9, 1], [2], 1 * 5 * 2],
    [[2, 2, 1], [3], 3],
  ])("images of [%s] through filters [%s]", (shape, filters, features) => {
    const [size, x] = [tf.util.sizeFromShape(shape), rng(1).normal([2, ...shape])];
    for (const kernelSize of [2, 3, 4, 5]) {
      const encoder = convEncoder({ inputs: shape, filters, kernelSize });
      expect(apply(encoder, x).shape).toEqual([2, features]);
      const decoder = convDecoder({ inputs: 3, outputs: shape, filters: filters.toReversed(), kernelSize });
      expect(apply(decoder, rng(2).normal([2, 3])).shape).toEqual([2, ...shape]);
      const flat = convDecoder({ inputs: 3, outputs: size, imageShape: shape, filters: filters.toReversed() });
      expect(outputShape(flat)).toEqual([size]);
    }
  });

  test("dense layers and outputs follow the convolutions of an encoder, and precede those of a decoder", () => {
    const encoder = convEncoder({ inputs: [6, 6, 1], filters: [2], hidden: [7, 5], outputs: 4 });
    expect(outputShape(encoder)).toEqual([4]);
    const widths = (network: tf.LayersModel) =>
      network.layers.filter((layer) => layer.getClassName() === "Dense").map((layer) => layer.getConfig().units);
    expect(widths(encoder)).toEqual([7, 5, 4]);
    expect(widths(convDecoder({ inputs: 3, outputs: [6, 6, 1], filters: [2], hidden: [5, 7] }))).toEqual([5, 7, 18]);
  });
});

describe("Flat images", () => {
  const shared = { filters: [2, 3], seed: 4 } as const;

  test("give the same numbers as images", () => {
    const x = rng(1).normal([3, 5, 6, 2]);
    const [flat, shaped] = [{ inputs: 60, imageShape: [5, 6, 2] }, { inputs: [5, 6, 2] }].map((inputs) =>
      convEncoder({ ...shared, ...inputs, outputs: 4 }),
    ) as [tf.LayersModel, tf.LayersModel];
    // A layer that only rearranges numbers changes the streams of the layers after it, but not the convolutions' work.
    flat.setWeights(shaped.getWeights());
    expect(difference(apply(flat, x.reshape([3, 60])), apply(shaped, x))).toBe(0);
    const z = rng(2).normal([3, 4]);
    const [row, image] = [{ outputs: 60, imageShape: [5, 6, 2] }, { outputs: [5, 6, 2] }].map((outputs) =>
      convDecoder({ ...shared, ...outputs, inputs: 4 }),
    ) as [tf.LayersModel, tf.LayersModel];
    expect(difference(apply(row, z), apply(image, z).reshape([3, 60]))).toBe(0);
  });

  test("may be followed by other inputs, which join the features", () => {
    const encoder = convEncoder({ ...shared, inputs: 30 + 4, imageShape: [5, 6, 1] });
    const x = rng(1).normal([2, 30]);
    const condition = rng(2).normal([2, 4]);
    const features = apply(encoder, tf.concat([x, condition], 1));
    expect(features.shape).toEqual([2, 2 * 2 * 3 + 4]);
    expect(difference(features.slice([0, 12], [2, 4]), condition)).toBe(0);
    const other = apply(encoder, tf.concat([x, condition.add(1)], 1));
    expect(difference(features.slice([0, 0], [2, 12]), other.slice([0, 0], [2, 12]))).toBe(0);
  });
});

describe("Weights", () => {
  const image = { inputs: [8, 8, 1], filters: [4, 4] } as const;

  test("are those of the seed", () => {
    const weights = (seed: ConvEncoderOptions["seed"]) => numbers(convEncoder({ ...image, seed }));
    expect(weights(1)).toEqual(weights(1));
    expect(weights(1)).toEqual(weights(rng(1)));
    expect(weights(1)).not.toEqual(weights(2));
    expect(weights(undefined)).toEqual(weights(0));
  });

  test("keep the scale of the activations, with strides too", () => {
    // For ReLU, E[h²] of a layer is that of its inputs (He et al. 2015, equation 9), away from the borders.
    const filters = [64, 64, 64];
    const x = rng(1).normal([4, 64, 64, 16]);
    const encoder = convEncoder({ inputs: [64, 64, 16], filters, seed: 1 });
    const decoder = convDecoder({ inputs: 64, outputs: [64, 64, 64], filters, seed: 1 });
    for (const [network, input] of [
      [encoder, x],
      [decoder, rng(2).normal([16, 64])],
    ] as const) {
      const layers = network.layers.filter((layer) => layer.getClassName().startsWith("Conv"));
      // The last layer of the decoder has no activation, and Glorot's variance.
      const rectified = layers.filter((layer) => layer.getConfig().activation === "relu");
      expect(rectified.length).toBeGreaterThan(1);
      const inside = tf.model({
        inputs: network.inputs,
        outputs: rectified.map((layer) => layer.output as tf.SymbolicTensor),
      });
      for (const activation of inside.apply(input) as tf.Tensor[]) {
        const ratio = meanSquare(activation) / meanSquare(input);
        expect(ratio).toBeGreaterThan(0.6);
        expect(ratio).toBeLessThan(1.6);
      }
    }
  });
});

test.each([
  [2, true],
  [4, true],
  [6, true],
  [3, false],
  [5, false],
])("a decoder with kernels of side %d gives all pixels inside the same number of contributions: %s", (kernelSize, even) => {
  const decoder = convDecoder({ inputs: 1, outputs: [32, 32, 1], filters: [1, 1], kernelSize });
  decoder.setWeights(
    decoder.getWeights().map((weight) => (weight.shape.length === 1 ? tf.zerosLike(weight) : tf.onesLike(weight))),
  );
  const inside = apply(decoder, tf.ones([1, 1])).slice([0, 10, 10, 0], [1, 12, 12, 1]);
  const { variance } = tf.moments(inside.div(inside.mean()));
  expect((variance.dataSync()[0] as number) < tolerance.float32).toBe(even);
});

describe("Residual blocks", () => {
  const encoderOptions: ConvEncoderOptions = { inputs: [8, 8, 1], filters: [4, 6], seed: 2 };
  const decoderOptions: ConvDecoderOptions = { inputs: 3, outputs: [8, 8, 1], filters: [6, 4], seed: 2 };

  test.each([
    ["convEncoder()", convEncoder(encoderOptions), convEncoder({ ...encoderOptions, residualBlocks: 2 })],
    ["convDecoder()", convDecoder(decoderOptions), convDecoder({ ...decoderOptions, residualBlocks: 2 })],
  ])("of %s add to their input, at every resolution", (_, plain, residual) => {
    const added = residual.layers.filter((layer) => layer.getClassName() === "Add");
    expect(added.length).toBe(2 * 2);
    expect(outputShape(residual)).toEqual(outputShape(plain));
    // With kernels of zero, a block returns relu(x + 0) = x.
    const own = residual.layers.filter(
      (layer) => layer.getClassName() === "Conv2D" && (layer.getConfig().kernelSize as number[])[0] === 3,
    );
    expect(own.length).toBe(2 * 4);
    for (const layer of own) layer.setWeights(layer.getWeights().map((weight) => tf.zerosLike(weight)));
    const weighted = (network: tf.LayersModel) =>
      network.layers.filter((layer) => layer.weights.length > 0 && !own.includes(layer));
    for (const [i, layer] of weighted(residual).entries()) layer.setWeights(weighted(plain)[i]!.getWeights());
    const x = rng(3).normal([2, ...(plain.inputs[0]!.shape.slice(1) as number[])]);
    expect(difference(apply(residual, x), apply(plain, x))).toBeLessThan(tolerance.float32);
  });
});

test.each<[string, () => unknown, RegExp]>([
  [
    "flat images without a shape",
    () => convEncoder({ inputs: 784, filters: [2] }),
    /inputs must be the shape of an image, \[height, width, channels\], but got 784\. .*imageShape: \[28, 28, 1\]/,
  ],
  ["images without channels", () => convEncoder({ inputs: [28, 28], filters: [2] }), /inputs must be the shape/],
  [
    "two shapes",
    () => convDecoder({ inputs: 2, outputs: [4, 4, 1], imageShape: [4, 4, 1], filters: [2] }),
    /imageShape must be omitted if outputs is already a shape/,
  ],
  [
    "too few inputs",
    () => convEncoder({ inputs: 783, imageShape: [28, 28, 1], filters: [2] }),
    /inputs must be at least 784, the number of values of an image of \[28, 28, 1\], but got 783/,
  ],
  [
    "another number of outputs",
    () => convDecoder({ inputs: 2, outputs: 794, imageShape: [28, 28, 1], filters: [2] }),
    /outputs must be 784, the number of values of an image of \[28, 28, 1\], but got 794/,
  ],
  [
    "more filters than the image can be halved",
    () => convEncoder({ inputs: [4, 3, 1], filters: [2, 2, 2] }),
    /filters must be a list of at most 2 numbers for images of 4 × 3, but got \[ 2, 2, 2 \]/,
  ],
  ["no filters", () => convDecoder({ inputs: 2, outputs: [4, 4, 1], filters: [] }), /filters must be a list/],
  [
    "a kernel of one pixel",
    () => convEncoder({ inputs: [4, 4, 1], filters: [2], kernelSize: 1 }),
    /kernelSize must be/,
  ],
  [
    "half a residual block",
    () => convEncoder({ inputs: [4, 4, 1], filters: [2], residualBlocks: 0.5 }),
    /residualBlocks must be a whole number of at least 0/,
  ],
  [
    "an unknown activation",
    () => convEncoder({ inputs: [4, 4, 1], filters: [2], activation: "step" as never }),
    /activation must be "relu" or/,
  ],
  [
    "an unknown option",
    () => convDecoder({ inputs: 2, outputs: [4, 4, 1], filter: [2] } as never),
    /convDecoder\(\): .*filters/,
  ],
])("%s are refused", (_, make, message) => expect(make).toThrow(message));
