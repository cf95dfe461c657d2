import type { AggregateEstimator } from "../objectives/aggregate-log-weights";
import { minibatchRateDecomposition } from "../objectives/minibatch-rate-decomposition";
import { weightedSum } from "../objectives/weighted-sum";
import { checkOptions, optionsSchema } from "../runtime/check-options";
import { nonNegative, oneOf, wholeNumber } from "../runtime/rules";
import { tf } from "../runtime/tensorflow";
import type { ObjectiveTerms } from "./core/elbo-phase";
import { vaeRulesWithoutObjective } from "./core/vae-rules";
import { type VaeVariantOptions, type VaeWithTerms, vaeWithTerms } from "./core/vae-with-terms";

/** Options of `betaTcVae()`. */
export interface BetaTcVaeOptions extends VaeVariantOptions {
  /** N, the number of training examples, which the estimates of q(z) need. */
  examples: number;
  /** The weight α of the mutual information between code and example index, at least 0; defaults to 1. */
  alpha?: number;
  /** The weight β of the total correlation, at least 0, unless `fit` receives a schedule `beta`; defaults to 6. */
  beta?: number;
  /** The weight γ of the dimension-wise KL divergence, at least 0; defaults to 1. */
  gamma?: number;
  /** How a minibatch estimates q(z) of the whole data set; defaults to "weighted", which the paper uses for its results. */
  estimator?: AggregateEstimator;
}

const schema = optionsSchema<BetaTcVaeOptions>({
  ...vaeRulesWithoutObjective,
  examples: wholeNumber(),
  alpha: nonNegative.optional(),
  gamma: nonNegative.optional(),
  estimator: oneOf("weighted", "stratified").optional(),
});

/** A β-TCVAE, created by `betaTcVae()`. */
export type BetaTcVae = VaeWithTerms<"indexCodeMutualInformation" | "totalCorrelation" | "dimensionWiseKl">;

/**
 * A β-TCVAE (Chen et al. 2018, equation 4). It splits the rate into the mutual information between code and example index,
 * the total correlation of the code, and the divergence of each dimension from the prior, and maximizes E_q[log p(x | z)] − α
 * I(x; z) − β TC(z) − γ Σⱼ KL(q(zⱼ) ‖ p(zⱼ)). A β above 1 penalizes only dependence among dimensions, while the β of a β-VAE
 * also penalizes information. `minibatchRateDecomposition` estimates the three parts, which are reported beside distortion
 * and rate. The estimates are biased, and a negative total correlation is an estimation error; use `rateDecomposition()` to
 * measure the parts after training.
 *
 * The third part is the closed-form rate minus the other two parts; the paper estimates it from z as well. The expected loss is
 * the same, with less noise. At α = β = γ = 1 the estimates cancel, so the model is exactly `vae()`.
 *
 * @throws ArgumentError for shapes that do not match, and options out of range; in training, for batches larger than the data
 *   set
 */
export function betaTcVae(options: BetaTcVaeOptions): BetaTcVae {
  checkOptions("betaTcVae()", schema, options);
  const { examples, alpha = 1, beta = 6, gamma = 1, estimator = "weighted" } = options;
  const objective = ({ posterior, z, rate, distortion, beta: weight }: ObjectiveTerms) => {
    const terms = minibatchRateDecomposition({ posterior, z, rate, examples, estimator });
    const bound = weightedSum([
      [-1, distortion],
      [-alpha, terms.indexCodeMutualInformation],
      [tf.neg(weight) as tf.Scalar, terms.totalCorrelation],
      [-gamma, terms.dimensionWiseKl],
    ]);
    return { bound, terms: { ...terms } };
  };
  return vaeWithTerms("betaTcVae", { ...options, beta }, objective, { schedules: { beta: nonNegative } });
}
