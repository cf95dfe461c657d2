import { type PerExample, perExample } from "../distributions/per-example";
import { tf } from "../runtime/tensorflow";
import { checkTerms } from "./check-terms";
import { checkWeight, type Weight } from "./check-weight";
import type { ElboTerms } from "./elbo";

/** Terms and weight of `betaElbo()`. */
export interface BetaElboOptions<D extends PerExample = PerExample, R extends PerExample = PerExample>
  extends ElboTerms<D, R> {
  /** β ≥ 0, or a scalar tensor if it changes during training (KL warm-up). At 0, only the distortion remains. */
  beta: Weight;
}

/**
 * −D − β R: Higgins et al. 2017, equation 4. It is the ELBO at β = 1, and a lower bound on log p(x) for any β ≥ 1, but
 * not for β < 1.
 *
 * @returns [batch], nats; maximize it
 * @throws ArgumentError for terms that do not have the same shape [batch], and β out of range
 */
export function betaElbo<D extends PerExample, R extends PerExample>(options: BetaElboOptions<D, R>): PerExample {
  const { distortion, rate, beta } = options;
  checkTerms("betaElbo()", { distortion, rate });
  checkWeight("betaElbo()", "beta", beta);
  return tf.tidy(() => perExample(tf.neg(tf.add(distortion, tf.mul(rate, beta)))));
}
