import { checkOptions, optionsSchema } from "../runtime/check-options";
import { oneOf } from "../runtime/rules";
import { tf } from "../runtime/tensorflow";
import { checkSamples, defaultScales, type KernelOptions, kernelMatrix, kernelRules } from "./kernel-matrix";

/** Options of `maximumMeanDiscrepancy()`. */
export interface MaximumMeanDiscrepancyOptions extends KernelOptions {
  /**
   * `"unbiased"` leaves out the pairs of a point with itself: it is 0 on average where x and y have one distribution, hence
   * sometimes negative. `"biased"` keeps them, and is never negative. Defaults to "unbiased".
   */
  estimator?: "unbiased" | "biased";
}

const schema = optionsSchema<MaximumMeanDiscrepancyOptions>({
  ...kernelRules,
  estimator: oneOf("unbiased", "biased").optional(),
});

/**
 * The squared maximum mean discrepancy of two samples, a distance between the distributions they come from: Gretton et al.
 * 2012, equation 3 (unbiased) and 5 (biased, squared). It has gradients for both samples and runs in a compiled function:
 * WAE and InfoVAE train on it, with x the codes of a batch and y draws from the prior.
 *
 * @param x [n, d], 2 points or more
 * @param y [m, d], 2 points or more
 * @returns a scalar without unit, at most 2 for each scale
 * @throws ArgumentError for samples that do not fit together and options out of range
 */
export function maximumMeanDiscrepancy(
  x: tf.Tensor2D,
  y: tf.Tensor2D,
  options: MaximumMeanDiscrepancyOptions = {},
): tf.Scalar {
  checkOptions("maximumMeanDiscrepancy()", schema, options);
  checkSamples("maximumMeanDiscrepancy()", x, y);
  const { estimator = "unbiased", scales = defaultScales } = options;
  return tf.tidy(() => {
    const within = (points: tf.Tensor2D): tf.Tensor => {
      const [n] = points.shape;
      const pairs = tf.sum(kernelMatrix(points, points, options));
      // A point's kernel with itself is 1 for each scale.
      return estimator === "biased" ? tf.div(pairs, n * n) : tf.div(tf.sub(pairs, n * scales.length), n * (n - 1));
    };
    const between = tf.mean(kernelMatrix(x, y, options));
    return tf.sub(tf.add(within(x), within(y)), tf.mul(between, 2)) as tf.Scalar;
  });
}
