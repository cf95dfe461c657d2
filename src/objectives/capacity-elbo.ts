import { type PerExample, perExample } from "../distributions/per-example";
import { tf } from "../runtime/tensorflow";
import { checkTerms } from "./check-terms";
import { checkWeight, type Weight } from "./check-weight";
import type { ElboTerms } from "./elbo";

/** Terms and weights of `capacityElbo()`. */
export interface CapacityElboOptions<D extends PerExample = PerExample, R extends PerExample = PerExample>
  extends ElboTerms<D, R> {
  /** γ ≥ 0, how strongly the rate is pulled toward the capacity */
  gamma: Weight;
  /** C ≥ 0, the rate wanted for each example, in nats; usually raised during training */
  capacity: Weight;
}

/**
 * −D − γ |R − C|: Burgess et al. 2018, equation 8. No bound on log p(x).
 *
 * @returns [batch]; to be maximized
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
    // |d| as d sign(d): the derivative of tf.abs at 0 is −1, this one's is 0.
    const distance = tf.mul(excess, tf.sign(excess));
    return perExample(tf.neg(tf.add(distortion, tf.mul(distance, gamma))));
  });
}
