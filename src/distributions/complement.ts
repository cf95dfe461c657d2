import { stopGradient } from "../runtime/stop-gradient";
import { tf } from "../runtime/tensorflow";

/**
 * 1 − p for rows of probabilities [.., K]. For a probability near 1, it is computed as the sum of the others, because the
 * difference from 1 would lose precision.
 */
export function complement(probs: tf.Tensor): tf.Tensor {
  // At most one probability per row is above ½.
  const isLarge = stopGradient(() => tf.greater(probs, 0.5));
  const others = tf.sum(tf.where(isLarge, tf.zerosLike(probs), probs), -1, true);
  return tf.where(isLarge, tf.add(others, tf.zerosLike(probs)), tf.sub(1, probs));
}
