import { ArgumentError } from "../../runtime/argument-error";
import { checkOptions, optionsSchema } from "../../runtime/check-options";
import { rng } from "../../runtime/rng";
import { probability, seedNumber, wholeNumber } from "../../runtime/rules";
import { tf } from "../../runtime/tensorflow";

/** Options of `mutatePixels()`. */
export interface MutatePixelsOptions {
  /** The probability μ that a pixel is replaced, in [0, 1]. */
  rate: number;
  /** The number of gray levels, at least 2. New values are uniform over 0, 1/(levels − 1), …, 1. Defaults to 256. */
  levels?: number;
  /** Defaults to 0. */
  seed?: number;
}

const schema = optionsSchema<MutatePixelsOptions>({
  rate: probability,
  levels: wholeNumber(2).optional(),
  seed: seedNumber.optional(),
});

/**
 * Replaces pixels with random values, independently of each other (Ren et al. 2019, section 3). The result keeps the brightness
 * and uniformity of images, but not their content. A model trained on such images is the background model of a likelihood ratio.
 * For the same seed, pixels replaced at a lower rate are replaced with the same values at every higher rate.
 *
 * @param images float32 of any shape, in [0, 1]
 * @throws ArgumentError for a tensor that is not float32, and options out of range
 */
export function mutatePixels<T extends tf.Tensor>(images: T, options: MutatePixelsOptions): T {
  const where = "mutatePixels()";
  if (!(images instanceof tf.Tensor && !images.isDisposed && images.dtype === "float32")) {
    throw new ArgumentError(where, "images", images, "a float32 tensor");
  }
  checkOptions(where, schema, options);
  const { rate, levels = 256, seed = 0 } = options;
  return tf.tidy(() => {
    const [places, values] = rng(seed).split(2);
    const replaced = tf.less(places!.uniform(images.shape), rate);
    const drawn = tf.div(tf.floor(tf.mul(values!.uniform(images.shape), levels)), levels - 1);
    return tf.where(replaced, drawn, images);
  }) as T;
}
