import type { Rng } from "../../runtime/rng";
import { tf } from "../../runtime/tensorflow";

/**
 * Zeros and ones from gray values: each pixel is drawn once, with its value as the probability of a one (the static
 * binarization of Salakhutdinov & Murray 2008, here with a seed).
 *
 * @param images gray values in [0, 1], float32 of any shape
 */
export function binarize<T extends tf.Tensor>(images: T, rng: Rng): T {
  return tf.tidy(() => rng.bernoulli(images)) as T;
}
