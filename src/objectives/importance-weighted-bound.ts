import { logSumExp } from "../distributions/log-sum-exp";
import { type PerExample, perExample } from "../distributions/per-example";
import { tf } from "../runtime/tensorflow";
import { checkLogWeights } from "./log-weights";

/**
 * The importance-weighted bound log (1/k) Σᵢ wᵢ ≤ log p(x), with wᵢ = p(x, zᵢ)/q(zᵢ|x): Burda et al. 2016, equation 8.
 *
 * It is the importance-sampling estimate of log p(x). With k = 1 it is the ELBO; as k grows, it approaches log p(x)
 * from below on average.
 *
 * @param logWeights log wᵢ = log p(x|zᵢ) + log p(zᵢ) − log q(zᵢ|x), [k, batch], nats (computed by `logWeights()`)
 * @returns [batch], nats; maximize it
 * @throws ArgumentError for log-weights that are not float32 [k, batch]
 */
export function importanceWeightedBound(logWeights: tf.Tensor): PerExample {
  const [k] = checkLogWeights("importanceWeightedBound()", logWeights);
  // The log of the mean. The mean of the logs would be the ELBO for every k.
  return tf.tidy(() => perExample(tf.sub(logSumExp(logWeights, 0), Math.log(k))));
}
