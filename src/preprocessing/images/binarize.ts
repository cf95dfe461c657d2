import type { Rng } from "../../runtime/rng";
import { tf } from "../../runtime/tensorflow";

/**
 * Draws zeros and ones from gray values: the value of each pixel is its probability of being 1 (the static binarization
 * of Salakhutdinov & Murray 2008, with a seed).
 *
 * @param images gray values in [0, 1], float32 of any shape
 */
export function binarize<T extends tf.Tensor>(images: T, rng: Rng): T {
  return tf.tidy(() => rng.bernoulli(images)) as T;
}
