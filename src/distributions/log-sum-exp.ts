import { tf } from "../runtime/tensorflow";

/** The largest finite float32: keeps −∞ − (−∞) from arising. */
const largest = 3.4028234e38;

/**
 * log Σ exp(x) over one axis, without overflow; its gradient is softmax(x).
 *
 * A slice that is −Infinity throughout gives −Infinity and a gradient of 0, not NaN.
 *
 * @param axis the axis to sum over, which disappears
 */
export function logSumExp(x: tf.Tensor, axis: number): tf.Tensor {
  return tf.customGrad((input, save) => {
    const terms = input as tf.Tensor;
    // log Σ exp(x) = m + log Σ exp(x − m), with m the greatest of the terms.
    const shift = tf.maximum(tf.max(terms, axis, true), -largest);
    const sum = tf.log(tf.sum(tf.exp(tf.sub(terms, shift)), axis, true));
    const kept = tf.add(shift, sum);
    (save as (saved: tf.Tensor[]) => void)([terms, kept]);
    return {
      value: tf.squeeze(kept, [axis < 0 ? terms.rank + axis : axis]),
      gradFunc: (dy: tf.Tensor, [saved, result]: tf.Tensor[]) => {
        const softmax = tf.exp(tf.sub(saved as tf.Tensor, tf.maximum(result as tf.Tensor, -largest)));
        return tf.mul(tf.expandDims(dy, axis), softmax);
      },
    };
  })(x);
}
