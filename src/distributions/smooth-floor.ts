import { tf } from "../runtime/tensorflow";

/**
 * A value bounded from below: itself from `smallest + 1` on, exactly, and below that smallest + e^(x − smallest − 1), whose
 * gradient stays above 0, so that training can leave the floor again.
 *
 * @param x any shape
 * @param smallest the bound, which is never reached
 */
export function smoothFloor(x: tf.Tensor, smallest: number): tf.Tensor {
  const knee = smallest + 1;
  return tf.tidy(() => tf.add(tf.maximum(x, knee), tf.expm1(tf.minimum(tf.sub(x, knee), 0))));
}
