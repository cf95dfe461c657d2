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
  /** N, the number of examples that the model is trained on; the estimates of q(z) need it. */
  examples: number;
  /** The weight of the mutual information of code and index, of at least 0; defaults to 1. */
  alpha?: number;
  /** The weight of the total correlation, of at least 0, unless `fit` is given a schedule `beta`; defaults to 6. */
  beta?: number;
  /** The weight of the dimension-wise KL, of at least 0; defaults to 1. */
  gamma?: number;
  /** How a minibatch stands for the data set; defaults to "weighted", with which the paper's results were made. */
  estimator?: AggregateEstimator;
}

const schema = optionsSchema<BetaTcVaeOptions>({
  ...vaeRulesWithoutObjective,
  examples: wholeNumber(),
  alpha: nonNegative.optional(),
  gamma: nonNegative.optional(),
  estimator: oneOf("weighted", "stratified").optional(),
});

/** A β-TCVAE; made by `betaTcVae()`. */
export type BetaTcVae = VaeWithTerms<"indexCodeMutualInformation" | "totalCorrelation" | "dimensionWiseKl">;

/**
 * A β-TCVAE (Chen et al. 2018, equation 4): the rate is split into the mutual information of code and index, the total
 * correlation of the code and the divergence of its dimensions from the prior, and maximized is
 * E_q[log p(x | z)] − α I(x; z) − β TC(z) − γ Σⱼ KL(q(zⱼ) ‖ p(zⱼ)). Above 1, β charges for dependence among dimensions alone,
 * where that of a β-VAE charges for information too. `minibatchRateDecomposition` estimates the three parts, which are
 * reported beside distortion and rate. They are biased, and a negative total correlation is a fault of the estimate:
 * `rateDecomposition()` measures it after training.
 *
 * The last part is what the other two leave of the rate in closed form, where the paper estimates it from z too. The loss is the
 * same on average, with less noise; and at α = β = γ = 1 the estimates cancel, so that it is exactly `vae()`.
 *
 * @throws ArgumentError for shapes that do not fit, and options out of range; in training, for batches larger than the data set
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
