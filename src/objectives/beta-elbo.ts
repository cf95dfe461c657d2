import { type PerExample, perExample } from "../distributions/per-example";
import { tf } from "../runtime/tensorflow";
import { checkTerms } from "./check-terms";
import { checkWeight, type Weight } from "./check-weight";
import type { ElboTerms } from "./elbo";

/** Terms and weight of `betaElbo()`. */
export interface BetaElboOptions<D extends PerExample = PerExample, R extends PerExample = PerExample>
  extends ElboTerms<D, R> {
  /** β ≥ 0; a scalar tensor where it changes during training (KL warm-up). 0 leaves the distortion alone. */
  beta: Weight;
}

/**
 * −D − β R: Higgins et al. 2017, equation 4. The ELBO at β = 1, a bound on log p(x) for any β ≥ 1, none below.
 *
 * @returns [batch], nats; to be maximized
 */
export function betaElbo<D extends PerExample, R extends PerExample>(options: BetaElboOptions<D, R>): PerExample {
  const { distortion, rate, beta } = options;
  checkTerms("betaElbo()", { distortion, rate });
  checkWeight("betaElbo()", "beta", beta);
  return tf.tidy(() => perExample(tf.neg(tf.add(distortion, tf.mul(rate, beta)))));
}
