import { tf } from "../runtime/tensorflow";

/**
 * The error s · (1 + d log P(x)/d log s) of each component, where P is a discretized logistic distribution. At the
 * maximum-likelihood scale, the derivative is zero on average, so the mean error equals s. Repeatedly setting s to the mean error
 * finds this scale. With many levels, this is the iteration s ← mean of |x − μ| tanh(|x − μ|/2s), which is a contraction in
 * log s.
 *
 * @param x [batch, …data], multiples of 1/(levels − 1) in [0, 1]
 * @param mean μ, with the shape of x
 * @param logScale log s, a scalar
 * @param levels the number of gray levels
 * @returns [batch, …data], in the units of x
 */
export function discretizedLogisticError(
  x: tf.Tensor,
  mean: tf.Tensor,
  logScale: tf.Tensor,
  levels: number,
): tf.Tensor {
  const half = 0.5 / (levels - 1);
  const inverse = tf.exp(tf.neg(logScale));
  const centered = tf.sub(x, mean);
  const upper = tf.mul(tf.add(centered, half), inverse);
  const lower = tf.mul(tf.sub(centered, half), inverse);
  const width = tf.mul(inverse, 2 * half);
  // The lowest level includes everything below it, and the highest level everything above it.
  const notTop = tf.less(x, 1 - half).toFloat();
  const notBottom = tf.greater(x, half).toFloat();
  // log P = log(1 − e^−width) + log σ(upper) + log σ(−lower). The arguments are proportional to 1/s, so
  // d(width)/d(log s) = −width, and likewise for the other two.
  const inner = tf.mul(tf.mul(notTop, notBottom), tf.div(width, tf.expm1(width)));
  const above = tf.mul(notTop, tf.mul(upper, tf.sigmoid(tf.neg(upper))));
  const below = tf.mul(notBottom, tf.mul(lower, tf.sigmoid(lower)));
  return tf.mul(tf.exp(logScale), tf.add(tf.sub(tf.sub(below, above), inner), 1));
}
