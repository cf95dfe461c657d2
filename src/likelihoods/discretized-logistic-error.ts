import { tf } from "../runtime/tensorflow";

/**
 * s · (1 + d log P(x)/d log s) of each component, for gray levels as rounded logistic variables. The scale whose mean of these is
 * itself is the best there is, since the derivative is zero there. Setting s to the mean again and again finds it: with fine levels
 * that is s ← mean of |x − μ| tanh(|x − μ|/2s), and the map from log s to log s contracts.
 *
 * @param x [batch, …data], multiples of 1/(levels − 1) in [0, 1]
 * @param mean μ, of the same shape
 * @param logScale log s, a scalar
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
  // The levels at the ends reach to infinity.
  const notTop = tf.less(x, 1 - half).toFloat();
  const notBottom = tf.greater(x, half).toFloat();
  // log P = log(1 − e^−width) + log σ(upper) + log σ(−lower), and each of the three depends on log s as −log s does.
  const inner = tf.mul(tf.mul(notTop, notBottom), tf.div(width, tf.expm1(width)));
  const above = tf.mul(notTop, tf.mul(upper, tf.sigmoid(tf.neg(upper))));
  const below = tf.mul(notBottom, tf.mul(lower, tf.sigmoid(lower)));
  return tf.mul(tf.exp(logScale), tf.add(tf.sub(tf.sub(below, above), inner), 1));
}
