import { stopGradient } from "../runtime/stop-gradient";
import { tf } from "../runtime/tensorflow";

/** The smallest normal float32, above 0. */
export const smallest = 1.1754944e-38;

/** The largest finite float32. */
export const largest = 3.4028234e38;

/** The largest float32 below 1. */
export const belowOne = 1 - 2 ** -24;

/**
 * log x for x ≥ 0, finite at 0: what is nearer to 0 than a float can tell counts as the smallest float.
 *
 * There the derivative is 0. It is written out, since that of log(max(x, smallest)) is 0 · 1/smallest times what comes
 * from above, which overflows to 0 · ∞.
 */
export function safeLog(x: tf.Tensor): tf.Tensor {
  return tf.customGrad((input, save) => {
    (save as (saved: tf.Tensor[]) => void)([input as tf.Tensor]);
    return {
      value: tf.log(tf.maximum(input as tf.Tensor, smallest)),
      gradFunc: (dy: tf.Tensor, saved: tf.Tensor[]) => {
        const x = saved[0] as tf.Tensor;
        const above = stopGradient(() => tf.greater(x, smallest).toFloat());
        return tf.mul(dy, tf.div(above, tf.maximum(x, smallest)));
      },
    };
  })(x);
}
