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
  /** α, at most 1: 1 − α is the weight of the rate, so that at 1 information in the code costs nothing; defaults to 0. */
  alpha?: number;
  /** λ, at least 1 − α: α + λ − 1 is the weight of the discrepancy, in nats per unit of it; defaults to 1. */
  lambda?: number;
  /** The kernel of the discrepancy. */
  discrepancy?: MaximumMeanDiscrepancyOptions;
}

const finite = (value: unknown): value is number => finiteNumber.safeParse(value).success;
const schema = optionsSchema<InfoVaeOptions>({
  ...vaeVariantRules,
  alpha: accepts<number>((value) => finite(value) && value <= 1, "a finite number of at most 1").optional(),
  lambda: finiteNumber.optional(),
  discrepancy: checkedElsewhere.optional(),
});

/** An InfoVAE; made by `infoVae()`. */
export type InfoVae = VaeWithTerms<"discrepancy">;

/**
 * An InfoVAE (Zhao, Song & Ermon 2019, equation 6): maximizes E_q[log p(x | z)] − (1 − α) KL(q(z | x) ‖ p(z)) −
 * (α + λ − 1) D(q(z) ‖ p(z)), with the squared maximum mean discrepancy for D, between the draws of z of a batch and draws
 * of the prior; `discrepancy` is reported beside distortion and rate. At α = 0 and λ = 1, the defaults, it is `vae()`; at
 * α = 1 the paper's MMD-VAE. A batch needs two examples; `fit` adds a single last one to the batch before it.
 *
 * @throws ArgumentError for shapes that do not fit, and α and λ out of range
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
