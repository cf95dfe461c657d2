import { logSumExp } from "../distributions/log-sum-exp";
import { type PerExample, perExample } from "../distributions/per-example";
import { tf } from "../runtime/tensorflow";
import { checkLogWeights } from "./log-weights";

/**
 * The importance-weighted bound log (1/k) Σᵢ wᵢ ≤ log p(x), with wᵢ = p(x, zᵢ)/q(zᵢ|x): Burda et al. 2016, equation 8.
 *
 * With k = 1 it is the ELBO; it grows with k toward log p(x), of which it is the importance-sampling estimate.
 *
 * @param logWeights log wᵢ = log p(x|zᵢ) + log p(zᵢ) − log q(zᵢ|x), [k, batch], nats (`logWeights()` makes them)
 * @returns [batch], nats; to be maximized
 */
export function importanceWeightedBound(logWeights: tf.Tensor): PerExample {
  const [k] = checkLogWeights("importanceWeightedBound()", logWeights);
  // The log of the mean, not the mean of the logs: that would be the ELBO again, whatever k.
  return tf.tidy(() => perExample(tf.sub(logSumExp(logWeights, 0), Math.log(k))));
}
