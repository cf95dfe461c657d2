import { tf } from "../runtime/tensorflow";

/** The smallest normal float32, above 0. */
export const smallest = 1.1754944e-38;

/** The largest float32 below 1. */
export const belowOne = 1 - 2 ** -24;

/** log x for x ≥ 0, finite at 0: what is nearer to 0 than a float can tell counts as the smallest float. */
export function safeLog(x: tf.Tensor): tf.Tensor {
  return tf.log(tf.maximum(x, smallest));
}
