import { logSumExp } from "../distributions/log-sum-exp";
import { tf } from "../runtime/tensorflow";
import { checkLogWeights } from "./log-weights";

/**
 * How many equally weighted draws the importance weights are worth, (Σ w)²/Σ w², between 1 and k: Kong 1992.
 *
 * @param logWeights [k, batch], nats
 * @returns [batch], draws
 */
export function effectiveSampleSize(logWeights: tf.Tensor): tf.Tensor1D {
  checkLogWeights("effectiveSampleSize()", logWeights);
  return tf.tidy(() => {
    const logSquares = logSumExp(tf.mul(logWeights, 2), 0);
    return tf.exp(tf.sub(tf.mul(logSumExp(logWeights, 0), 2), logSquares)) as tf.Tensor1D;
  });
}
