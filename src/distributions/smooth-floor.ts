import { tf } from "../runtime/tensorflow";

/**
 * A smooth lower bound: the result is exactly x for x ≥ smallest + 1, and smallest + e^(x − smallest − 1) below that. The
 * gradient stays positive, so training can move away from the bound.
 *
 * @param x any shape
 * @param smallest the lower bound, which is never reached
 */
export function smoothFloor(x: tf.Tensor, smallest: number): tf.Tensor {
  const knee = smallest + 1;
  return tf.tidy(() => tf.add(tf.maximum(x, knee), tf.expm1(tf.minimum(tf.sub(x, knee), 0))));
}
