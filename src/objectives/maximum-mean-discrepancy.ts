import { checkOptions, optionsSchema } from "../runtime/check-options";
import { oneOf } from "../runtime/rules";
import { tf } from "../runtime/tensorflow";
import { checkSamples, defaultScales, type KernelOptions, kernelMatrix, kernelRules } from "./kernel-matrix";

/** Options of `maximumMeanDiscrepancy()`. */
export interface MaximumMeanDiscrepancyOptions extends KernelOptions {
  /**
   * `"unbiased"` omits the pairs of a point with itself. If x and y have the same distribution, it is 0 on average, so it
   * is sometimes negative. `"biased"` includes these pairs and is never negative. Defaults to "unbiased".
   */
  estimator?: "unbiased" | "biased";
}

const schema = optionsSchema<MaximumMeanDiscrepancyOptions>({
  ...kernelRules,
  estimator: oneOf("unbiased", "biased").optional(),
});

/**
 * The squared maximum mean discrepancy between two samples, an estimate of the distance between their distributions
 * (Gretton et al. 2012, equation 3 for unbiased, and the square of equation 5 for biased). It has gradients for both
 * samples and runs in compiled functions. WAE and InfoVAE use it in training, where x are the codes of a batch and y are
 * draws from the prior.
 *
 * @param x [n, d], 2 or more points
 * @param y [m, d], 2 or more points
 * @returns a scalar without unit, at most 2 for each scale
 * @throws ArgumentError for samples with different dimensions, and options out of range
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
