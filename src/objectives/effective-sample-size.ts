import { largest, smallest } from "../distributions/positive";
import { tf } from "../runtime/tensorflow";
import { checkLogWeights } from "./log-weights";

/**
 * The number of equally weighted draws that the importance weights are worth, (Σ w)²/Σ w², between 1 and k (Kong 1992).
 * If all weights are 0, it is 0.
 *
 * @param logWeights [k, batch], nats
 * @returns [batch], draws
 * @throws ArgumentError for log-weights that are not float32 [k, batch]
 */
export function effectiveSampleSize(logWeights: tf.Tensor): tf.Tensor1D {
  checkLogWeights("effectiveSampleSize()", logWeights);
  return tf.tidy(() => {
    // The weights relative to the largest: their common scale, which may be e^−10000, cancels.
    const greatest = tf.maximum(tf.max(logWeights, 0, true), -largest);
    const weights = tf.exp(tf.sub(logWeights, greatest));
    const squares = tf.sum(tf.square(weights), 0);
    return tf.div(tf.square(tf.sum(weights, 0)), tf.maximum(squares, smallest)) as tf.Tensor1D;
  });
}
