import { broadcastToBatch } from "../objectives/broadcast-to-batch";
import { type MaximumMeanDiscrepancyOptions, maximumMeanDiscrepancy } from "../objectives/maximum-mean-discrepancy";
import { weightedSum } from "../objectives/weighted-sum";
import { checkOptions, optionsSchema } from "../runtime/check-options";
import { checkValue } from "../runtime/check-value";
import { accepts, checkedElsewhere, finiteNumber } from "../runtime/rules";
import { tf } from "../runtime/tensorflow";
import type { ObjectiveTerms } from "./core/elbo-phase";
import { vaeVariantRules } from "./core/vae-rules";
import { type VaeVariantOptions, type VaeWithTerms, vaeWithTerms } from "./core/vae-with-terms";

/** Options of `infoVae()`. */
export interface InfoVaeOptions extends VaeVariantOptions {
  /** α, at most 1. The weight of the rate is 1 − α, so at α = 1 information in the code costs nothing. Defaults to 0. */
  alpha?: number;
  /** λ, at least 1 − α. The weight of the discrepancy is α + λ − 1, in nats per unit. Defaults to 1. */
  lambda?: number;
  /** The options of the discrepancy: its kernel, scales and estimator. */
  discrepancy?: MaximumMeanDiscrepancyOptions;
}

const finite = (value: unknown): value is number => finiteNumber.safeParse(value).success;
const schema = optionsSchema<InfoVaeOptions>({
  ...vaeVariantRules,
  alpha: accepts<number>((value) => finite(value) && value <= 1, "a finite number of at most 1").optional(),
  lambda: finiteNumber.optional(),
  discrepancy: checkedElsewhere.optional(),
});

/** An InfoVAE, created by `infoVae()`. */
export type InfoVae = VaeWithTerms<"discrepancy">;

/**
 * An InfoVAE (Zhao, Song & Ermon 2019, equation 6): maximizes E_q[log p(x | z)] − (1 − α) KL(q(z | x) ‖ p(z))
 * − (α + λ − 1) D(q(z) ‖ p(z)), where D is the squared maximum mean discrepancy between a batch's draws of z and draws
 * from the prior. It is reported as `discrepancy`, beside distortion and rate. At α = 0 and λ = 1, the defaults, it is
 * `vae()`; at α = 1 it is the paper's MMD-VAE. A batch needs at least two examples; `fit` adds a last batch of one example
 * to the batch before it.
 *
 * @throws ArgumentError for shapes that do not match, and α and λ out of range
 */
export function infoVae(options: InfoVaeOptions): InfoVae {
  checkOptions("infoVae()", schema, options);
  const { alpha = 0, lambda = 1, discrepancy: kernel } = options;
  const atLeast = accepts<number>(
    (value) => alpha + (value as number) >= 1,
    `a finite number of at least 1 − alpha = ${1 - alpha}`,
  );
  checkValue("infoVae()", "lambda", lambda, atLeast);
  const objective = ({ distortion, rate, z, prior, rng }: ObjectiveTerms) => {
    const draws = tf.reshape(prior.sample(rng, z.shape[0]), z.shape) as tf.Tensor2D;
    const discrepancy = broadcastToBatch(maximumMeanDiscrepancy(z, draws, kernel), rate);
    const bound = weightedSum([
      [-1, distortion],
      [alpha - 1, rate],
      [1 - alpha - lambda, discrepancy],
    ]);
    return { bound, terms: { discrepancy } };
  };
  return vaeWithTerms("infoVae", options, objective, { minimumBatch: 2, schedules: {} });
}
