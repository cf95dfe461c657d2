import { ArgumentError } from "../runtime/argument-error";
import { checkOptions, optionsSchema } from "../runtime/check-options";
import { rng } from "../runtime/rng";
import { wholeNumber } from "../runtime/rules";
import { tf } from "../runtime/tensorflow";
import {
  applyLayer,
  type ConvImage,
  type ConvNetworkOptions,
  convImage,
  convNetworkRules,
  denseLayers,
  halvedSides,
  residualBlocks,
} from "./conv-network";
import { initialize } from "./initialize";
import { shapeRule } from "./network-rules";

/** Options of `convEncoder()`. */
export interface ConvEncoderOptions extends ConvNetworkOptions {
  /**
   * The shape of an image, `[28, 28, 1]`; or the number of inputs if the images are flat, `784`, with `imageShape`. Inputs
   * beyond the image, such as the condition of `conditionalVae()`, are concatenated to the features of the image.
   */
  inputs: number | readonly number[];
  /** The number of filters of each convolution, in order; each halves the image. */
  filters: readonly number[];
  /** The widths of dense layers after the convolutions; defaults to []. */
  hidden?: readonly number[];
  /** The number of outputs, without an activation; omit it to end with the features. */
  outputs?: number;
}

const schema = optionsSchema<ConvEncoderOptions>({
  ...convNetworkRules,
  inputs: shapeRule,
  outputs: wholeNumber().optional(),
});

/**
 * A convolutional network that reads images: [batch, height, width, channels], or flat images [batch, inputs], → [batch,
 * outputs], or without `outputs` the features, [batch, n].
 *
 * Each convolution has stride 2 and halves the image, rounding up: with `filters: [32, 64]`, images of 28 × 28 pixels become
 * 14 × 14 × 32 and then 7 × 7 × 64. The features are flattened.
 *
 * @throws ArgumentError for an image without a shape [height, width, channels], for more filters than an image can be halved,
 *   for options out of range, and unknown options
 */
export function convEncoder(options: ConvEncoderOptions): tf.LayersModel {
  const where = "convEncoder()";
  checkOptions(where, schema, options);
  const { inputs, filters, hidden = [], outputs, kernelSize = 4, activation = "relu", seed = 0 } = options;
  const image = convImage(where, "inputs", inputs, options.imageShape);
  halvedSides(where, image.shape, filters);
  if (typeof inputs === "number" && inputs < image.size) {
    const accepted = `at least ${image.size}, the number of values of an image of [${image.shape.join(", ")}]`;
    throw new ArgumentError(where, "inputs", inputs, accepted);
  }
  const input = tf.input({ shape: typeof inputs === "number" ? [inputs] : [...inputs] });
  const [pixels, rest] = typeof inputs === "number" ? splitInputs(input, inputs, image) : [input];
  const strided = { kernelSize, strides: 2, padding: "same", activation, kernelInitializer: "zeros" } as const;
  let layer = pixels;
  for (const count of filters) {
    layer = applyLayer(tf.layers.conv2d({ ...strided, filters: count }), layer);
    layer = residualBlocks(layer, options.residualBlocks ?? 0, activation);
  }
  layer = applyLayer(tf.layers.flatten(), layer);
  if (rest !== undefined) layer = applyLayer(tf.layers.concatenate(), [layer, rest]);
  layer = denseLayers(layer, hidden, activation);
  if (outputs !== undefined) layer = applyLayer(tf.layers.dense({ units: outputs, kernelInitializer: "zeros" }), layer);
  const model = tf.model({ inputs: input, outputs: layer });
  initialize(model, typeof seed === "number" ? rng(seed) : seed);
  return model;
}

/** The image [batch, height, width, channels] in flat inputs [batch, inputs], and the inputs after it, if there are any. */
function splitInputs(
  input: tf.SymbolicTensor,
  inputs: number,
  { shape, size }: ConvImage,
): [tf.SymbolicTensor, tf.SymbolicTensor?] {
  const toImage = tf.layers.reshape({ targetShape: [...shape] });
  if (inputs === size) return [applyLayer(toImage, input)];
  // tf.layers can cut only images, so the inputs become an image of one column.
  const column = applyLayer(tf.layers.reshape({ targetShape: [inputs, 1, 1] }), input);
  const cut = (top: number, bottom: number): tf.SymbolicTensor => {
    const cropping: [[number, number], [number, number]] = [
      [top, bottom],
      [0, 0],
    ];
    return applyLayer(tf.layers.cropping2D({ cropping }), column);
  };
  return [applyLayer(toImage, cut(0, inputs - size)), applyLayer(tf.layers.flatten(), cut(size, 0))];
}
