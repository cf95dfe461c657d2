import { checkOptions, optionsSchema } from "../runtime/check-options";
import { readValues } from "../runtime/read-values";
import { positive } from "../runtime/rules";
import { tf } from "../runtime/tensorflow";
import { checkImagePair, checkPixels } from "./image-pair";

/** Options of `peakSignalToNoise()`. */
export interface PeakSignalToNoiseOptions {
  /** The difference between the brightest and the darkest possible pixel, above 0; defaults to 1. */
  range?: number;
}

const schema = optionsSchema<PeakSignalToNoiseOptions>({
  range: positive.optional(),
});

/**
 * The peak signal-to-noise ratio of each image in decibels, 10 log₁₀(range² / mean squared error): higher is better, and ten
 * decibels more mean a tenth of the squared error. Identical images give Infinity. The result is one number per image; their mean
 * differs from the ratio over the pixels of all images.
 *
 * @param images the restored images, [images, …]
 * @param references the true images, of the same shape
 * @returns [images], decibels
 * @throws ArgumentError for images and references of different shapes, pixels that are not finite, and options out of
 *   range
 */
export function peakSignalToNoise(
  images: tf.Tensor,
  references: tf.Tensor,
  options: PeakSignalToNoiseOptions = {},
): Float32Array {
  const where = "peakSignalToNoise()";
  checkOptions(where, schema, options);
  const { range = 1 } = options;
  checkImagePair(where, images, references);
  const errors = readValues(() => {
    const squares = tf.squaredDifference(images, references).reshape([images.shape[0] as number, -1]);
    return tf.mean(squares, 1);
  });
  checkPixels(where, errors);
  return errors.map((error) => 10 * Math.log10(range ** 2 / error));
}
