import { ArgumentError } from "../runtime/argument-error";
import { checkOptions, optionsSchema } from "../runtime/check-options";
import { rng } from "../runtime/rng";
import { wholeNumber } from "../runtime/rules";
import { tf } from "../runtime/tensorflow";
import {
  applyLayer,
  type ConvNetworkOptions,
  convImage,
  convNetworkRules,
  denseLayers,
  halvedSides,
  residualBlocks,
} from "./conv-network";
import { initialize } from "./initialize";
import { shapeRule } from "./network-rules";

/** Options of `convDecoder()`. */
export interface ConvDecoderOptions extends ConvNetworkOptions {
  /** The number of inputs: latentDim, plus the size of the condition in `conditionalVae()`. */
  inputs: number;
  /** The shape of an image, `[28, 28, 1]`; or the number of outputs if the images are flat, `784`, with `imageShape`. */
  outputs: number | readonly number[];
  /** The number of filters at each resolution below the image's, from the lowest; each doubles the image. */
  filters: readonly number[];
  /** The widths of dense layers before the convolutions; defaults to []. */
  hidden?: readonly number[];
}

const schema = optionsSchema<ConvDecoderOptions>({ ...convNetworkRules, inputs: wholeNumber(), outputs: shapeRule });

/**
 * A convolutional network that makes images: [batch, inputs] → [batch, height, width, channels], or flat images [batch,
 * outputs], without an activation at the end.
 *
 * It mirrors `convEncoder()` with the filters in reverse order: with `filters: [64, 32]`, a dense layer makes 7 × 7 × 64 values,
 * and transposed convolutions with stride 2 double them to 14 × 14 × 32 and to the image of 28 × 28. Where half of a side was
 * rounded up, the last row or column is cut off, so the outputs always have exactly the size of the image.
 *
 * The kernel size should be even. Then every pixel gets the same number of contributions. With an odd size, neighboring pixels
 * get different numbers, which shows as a checkerboard (Odena et al. 2016). Upsampling before an ordinary convolution avoids it
 * too, with four times as many multiplications for the same kernel.
 *
 * @throws ArgumentError for an image without a shape [height, width, channels], for more filters than an image can be halved,
 *   for options out of range, and unknown options
 */
export function convDecoder(options: ConvDecoderOptions): tf.LayersModel {
  const where = "convDecoder()";
  checkOptions(where, schema, options);
  const { inputs, outputs, filters, hidden = [], kernelSize = 4, activation = "relu", seed = 0 } = options;
  const image = convImage(where, "outputs", outputs, options.imageShape);
  if (typeof outputs === "number" && outputs !== image.size) {
    const accepted = `${image.size}, the number of values of an image of [${image.shape.join(", ")}]`;
    throw new ArgumentError(where, "outputs", outputs, accepted);
  }
  const [lowest, ...larger] = halvedSides(where, image.shape, filters).reverse() as [[number, number]];
  const input = tf.input({ shape: [inputs] });
  const start = [...lowest, filters[0] as number];
  let layer = denseLayers(input, [...hidden, tf.util.sizeFromShape(start)], activation);
  layer = applyLayer(tf.layers.reshape({ targetShape: start }), layer);
  const strided = { kernelSize, strides: 2, padding: "same", kernelInitializer: "zeros" } as const;
  for (const [i, sides] of (larger as [number, number][]).entries()) {
    layer = residualBlocks(layer, options.residualBlocks ?? 0, activation);
    const next = filters[i + 1];
    const double = next === undefined ? { filters: image.shape[2] } : { filters: next, activation };
    layer = cropTo(sides, applyLayer(tf.layers.conv2dTranspose({ ...strided, ...double }), layer));
  }
  if (typeof outputs === "number") layer = applyLayer(tf.layers.flatten(), layer);
  const model = tf.model({ inputs: input, outputs: layer });
  initialize(model, typeof seed === "number" ? rng(seed) : seed);
  return model;
}

/** Cuts off the last row or column of [batch, height, width, channels] if a side is longer than `sides`. */
function cropTo(sides: readonly [number, number], layer: tf.SymbolicTensor): tf.SymbolicTensor {
  const [bottom, right] = sides.map((side, i) => (layer.shape[i + 1] as number) - side) as [number, number];
  if (bottom === 0 && right === 0) return layer;
  const cropping: [[number, number], [number, number]] = [
    [0, bottom],
    [0, right],
  ];
  return applyLayer(tf.layers.cropping2D({ cropping }), layer);
}
