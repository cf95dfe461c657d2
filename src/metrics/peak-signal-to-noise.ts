import { checkOptions, optionsSchema } from "../runtime/check-options";
import { positive } from "../runtime/rules";
import { tf } from "../runtime/tensorflow";
import { checkImagePair, checkPixels } from "./image-pair";

/** Options of `peakSignalToNoise()`. */
export interface PeakSignalToNoiseOptions {
  /** The distance of the brightest from the darkest possible pixel, above 0; defaults to 1. */
  range?: number;
}

const schema = optionsSchema<PeakSignalToNoiseOptions>({
  range: positive.optional(),
});

/**
 * The peak signal-to-noise ratio of each image in decibels, 10 log₁₀(range² / mean squared error): higher is nearer, and ten decibels
 * are a tenth of the squared error. The same image has Infinity. It is a number per image; the mean of these is not that of all
 * pixels taken together.
 *
 * @param images [images, …], restored
 * @param references of the same shape, as they should be
 * @returns [images]
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
  const errors = tf.tidy(() => {
    const squares = tf.squaredDifference(images, references).reshape([images.shape[0] as number, -1]);
    return tf.mean(squares, 1).dataSync() as Float32Array;
  });
  checkPixels(where, errors);
  return errors.map((error) => 10 * Math.log10(range ** 2 / error));
}
