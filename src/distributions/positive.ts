import { stopGradient } from "../runtime/stop-gradient";
import { tf } from "../runtime/tensorflow";
import type { Parameter } from "./parameters";

/** The smallest normal float32, above 0. */
export const smallest = 2 ** -126;

/** The largest finite float32. */
export const largest = 3.4028234e38;

/** The largest float32 below 1. */
export const belowOne = 1 - 2 ** -24;

/** The range of exponents for which eˣ is a normal float32 and neither underflows nor overflows. */
export const exponents = { least: -87.33, greatest: 88.72 } as const;

/**
 * log x for x ≥ 0, finite at 0: numbers below the smallest float are replaced with that float.
 *
 * The derivative there is 0. It is defined explicitly, because the derivative of log(max(x, smallest)) is 0 ·
 * 1/smallest times the incoming gradient, which can overflow to 0 · ∞.
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

/**
 * x eᵃ, which is 0 at x = 0 for every finite a. The plain product is 0 · ∞ = NaN if eᵃ overflows, for example for a point at
 * the mean of a distribution with a scale below the smallest float.
 */
export function timesExp(x: tf.Tensor, a: Parameter): tf.Tensor {
  // Multiplies by e^(a/2) twice, so x eᵃ is correct whenever x, e^(a/2) and the result are floats.
  const root = tf.exp(tf.minimum(tf.mul(a, 0.5), exponents.greatest));
  return tf.mul(tf.mul(x, root), root);
}
