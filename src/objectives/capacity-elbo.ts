import { type PerExample, perExample } from "../distributions/per-example";
import { tf } from "../runtime/tensorflow";
import { checkTerms } from "./check-terms";
import { checkWeight, type Weight } from "./check-weight";
import type { ElboTerms } from "./elbo";

/** Terms and weights of `capacityElbo()`. */
export interface CapacityElboOptions<D extends PerExample = PerExample, R extends PerExample = PerExample>
  extends ElboTerms<D, R> {
  /** γ ≥ 0, the cost of each nat of distance from the capacity */
  gamma: Weight;
  /** C ≥ 0, the target rate in nats per example; usually increased during training */
  capacity: Weight;
}

/**
 * −D − γ |R − C|: Burgess et al. 2018, equation 8. It is not a bound on log p(x).
 *
 * @returns [batch], nats; maximize it
 * @throws ArgumentError for terms that do not have the same shape [batch], and weights out of range
 */
export function capacityElbo<D extends PerExample, R extends PerExample>(
  options: CapacityElboOptions<D, R>,
): PerExample {
  const { distortion, rate, gamma, capacity } = options;
  checkTerms("capacityElbo()", { distortion, rate });
  checkWeight("capacityElbo()", "gamma", gamma);
  checkWeight("capacityElbo()", "capacity", capacity);
  return tf.tidy(() => {
    const excess = tf.sub(rate, capacity);
    // |d| is computed as d sign(d): at 0, the derivative of tf.abs is −1, but this one is 0.
    const distance = tf.mul(excess, tf.sign(excess));
    return perExample(tf.neg(tf.add(distortion, tf.mul(distance, gamma))));
  });
}
