import { checkWholeNumber } from "../../runtime/check-value";
import { tf } from "../../runtime/tensorflow";

/**
 * Equally spaced points on the straight line between two codes [1, latentDim], including both ends: [steps, latentDim].
 *
 * @throws ArgumentError for fewer than two steps
 */
export function interpolateCodes(from: tf.Tensor, to: tf.Tensor, steps: number): tf.Tensor {
  checkWholeNumber("interpolate()", "steps", steps, 2);
  return tf.tidy(() => {
    const fraction = tf.linspace(0, 1, steps).reshape([steps, 1]);
    return tf.add(from, tf.mul(tf.sub(to, from), fraction));
  });
}
