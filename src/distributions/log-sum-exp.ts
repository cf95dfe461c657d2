import { tf } from "../runtime/tensorflow";
import { largest, smallest } from "./positive";

/**
 * log Σ exp(x) over one axis, without overflow; its gradient is softmax(x).
 *
 * If all terms are −Infinity, the result is −Infinity with a gradient of 0, not NaN.
 *
 * @param axis the axis to sum over; it is removed
 */
export function logSumExp(x: tf.Tensor, axis: number): tf.Tensor {
  return tf.customGrad((input, save) => {
    const terms = input as tf.Tensor;
    // log Σ exp(x) = m + log Σ exp(x − m), with m the largest term. The bounds prevent ∞ − ∞.
    const shift = tf.clipByValue(tf.max(terms, axis, true), -largest, largest);
    const shifted = tf.exp(tf.sub(terms, shift));
    const sum = tf.sum(shifted, axis, true);
    (save as (saved: tf.Tensor[]) => void)([shifted, sum]);
    return {
      value: tf.squeeze(tf.add(shift, tf.log(sum)), [axis < 0 ? terms.rank + axis : axis]),
      // Not exp(x − log Σ exp(x)), because the rounding error of a large logarithm would affect the gradient.
      gradFunc: (dy: tf.Tensor, saved: tf.Tensor[]) => {
        const [numerators, denominator] = saved as [tf.Tensor, tf.Tensor];
        return tf.mul(tf.expandDims(dy, axis), tf.div(numerators, tf.maximum(denominator, smallest)));
      },
    };
  })(x);
}
