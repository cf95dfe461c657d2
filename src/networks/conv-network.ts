import { ArgumentError } from "../runtime/argument-error";
import type { OptionRules } from "../runtime/check-options";
import type { Rng } from "../runtime/rng";
import { accepts, oneOf, sizes, wholeNumber } from "../runtime/rules";
import { tf } from "../runtime/tensorflow";
import { type Activation, activations } from "./activation";
import { seedOrStreamRule } from "./network-rules";

/** The options that `convEncoder()` and `convDecoder()` share. */
export interface ConvNetworkOptions {
  /** The shape of an image, [height, width, channels]; required if the images are flat, and only then. */
  imageShape?: readonly number[];
  /** The side of the kernels that halve or double an image, in pixels, at least 2; defaults to 4. */
  kernelSize?: number;
  /** The number of residual blocks at each resolution, each with two 3 × 3 convolutions; defaults to 0. */
  residualBlocks?: number;
  /** The activation of all layers but the last; defaults to "relu". */
  activation?: Activation;
  /** A seed or a stream for the initial weights; defaults to 0. */
  seed?: number | Rng;
}

/** The rules of these options, and of the options that both networks have with different meanings. */
export const convNetworkRules = {
  filters: sizes(),
  hidden: sizes({ empty: true }).optional(),
  imageShape: accepts<readonly number[]>(isImageShape, "the shape of an image, [height, width, channels]").optional(),
  kernelSize: wholeNumber(2).optional(),
  residualBlocks: wholeNumber(0).optional(),
  activation: oneOf(...activations).optional(),
  seed: seedOrStreamRule.optional(),
} satisfies OptionRules<ConvNetworkOptions & { filters: unknown; hidden: unknown }>;

function isImageShape(value: unknown): boolean {
  return sizes().safeParse(value).success && (value as number[]).length === 3;
}

/** An image without its batch axis: its shape, and the number of values. */
export interface ConvImage {
  readonly shape: readonly [number, number, number];
  readonly size: number;
}

/**
 * The image that a network reads or makes.
 *
 * @param option the name of the option `given`, for errors
 * @param given the shape of the image, or a number of values. With a number, `imageShape` is required
 * @throws ArgumentError for a shape that is not [height, width, channels], and for two shapes or none
 */
export function convImage(
  where: string,
  option: string,
  given: number | readonly number[],
  imageShape: readonly number[] | undefined,
): ConvImage {
  if (typeof given !== "number" && imageShape !== undefined) {
    throw new ArgumentError(where, "imageShape", imageShape, `omitted if ${option} is already a shape`);
  }
  const shape = typeof given === "number" ? imageShape : given;
  if (!isImageShape(shape)) {
    const fix = `For flat images, set imageShape too: { ${option}: 784, imageShape: [28, 28, 1] }.`;
    throw new ArgumentError(where, option, given, "the shape of an image, [height, width, channels]", fix);
  }
  return { shape: shape as [number, number, number], size: tf.util.sizeFromShape([...(shape as number[])]) };
}

/**
 * The sides of an image that is halved once per filter, rounding up, from the largest: `[[28, 28], [14, 14], [7, 7]]`.
 *
 * @throws ArgumentError if there are so many filters that one pixel would be halved
 */
export function halvedSides(
  where: string,
  [height, width]: readonly [number, number, number],
  filters: readonly number[],
): [number, number][] {
  const limit = Math.ceil(Math.log2(Math.max(height, width)));
  if (filters.length > limit) {
    const accepted = `a list of at most ${limit} numbers for images of ${height} × ${width}`;
    throw new ArgumentError(
      where,
      "filters",
      filters,
      accepted,
      "Each of them halves the image, and 1 × 1 is the end.",
    );
  }
  const half = (side: number, times: number): number => Math.ceil(side / 2 ** times);
  return [0, ...filters.map((_, i) => i + 1)].map((times) => [half(height, times), half(width, times)]);
}

/** Applies a layer to a symbolic tensor. */
export const applyLayer = (layer: tf.layers.Layer, input: tf.SymbolicTensor | tf.SymbolicTensor[]): tf.SymbolicTensor =>
  layer.apply(input) as tf.SymbolicTensor;

/** Dense layers with an activation: [batch, n] → [batch, last width]; zero until `initialize` draws their weights. */
export const denseLayers = (
  input: tf.SymbolicTensor,
  widths: readonly number[],
  activation: Activation,
): tf.SymbolicTensor =>
  widths.reduce(
    (layer, units) => applyLayer(tf.layers.dense({ units, activation, kernelInitializer: "zeros" }), layer),
    input,
  );

/**
 * Residual blocks (He et al. 2016, figure 2): activation(x + F(x)), where F is two 3 × 3 convolutions. The shape stays
 * [batch, height, width, filters].
 */
export function residualBlocks(input: tf.SymbolicTensor, count: number, activation: Activation): tf.SymbolicTensor {
  const convolution = {
    filters: input.shape[3] as number,
    kernelSize: 3,
    padding: "same",
    kernelInitializer: "zeros",
  } as const;
  let layer = input;
  for (let block = 0; block < count; block++) {
    const inner = applyLayer(tf.layers.conv2d({ ...convolution, activation }), layer);
    const sum = applyLayer(tf.layers.add(), [layer, applyLayer(tf.layers.conv2d(convolution), inner)]);
    layer = applyLayer(tf.layers.activation({ activation }), sum);
  }
  return layer;
}
