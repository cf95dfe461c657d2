import { broadcastToBatch } from "../objectives/broadcast-to-batch";
import { type MaximumMeanDiscrepancyOptions, maximumMeanDiscrepancy } from "../objectives/maximum-mean-discrepancy";
import { weightedSum } from "../objectives/weighted-sum";
import { ArgumentError } from "../runtime/argument-error";
import { tf } from "../runtime/tensorflow";
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

/** An InfoVAE; made by `infoVae()`. */
export type InfoVae = VaeWithTerms<"discrepancy">;

/**
 * An InfoVAE (Zhao, Song & Ermon 2019, equation 6): maximizes E_q[log p(x | z)] − (1 − α) KL(q(z | x) ‖ p(z)) −
 * (α + λ − 1) D(q(z) ‖ p(z)), with the squared maximum mean discrepancy for D, between the draws of z of a batch and draws
 * of the prior; `discrepancy` is reported beside distortion and rate. At α = 0 and λ = 1, the defaults, it is `vae()`; at
 * α = 1 the paper's MMD-VAE. Batches need two examples at least.
 *
 * @throws ArgumentError for shapes that do not fit, and α and λ out of range
 */
export function infoVae(options: InfoVaeOptions): InfoVae {
  const { alpha = 0, lambda = 1, discrepancy: kernel } = options;
  if (!(alpha <= 1 && alpha > Number.NEGATIVE_INFINITY)) {
    throw new ArgumentError("infoVae()", "alpha", alpha, "a finite number of at most 1");
  }
  if (!(alpha + lambda >= 1 && lambda < Number.POSITIVE_INFINITY)) {
    throw new ArgumentError("infoVae()", "lambda", lambda, `a finite number of at least 1 − alpha = ${1 - alpha}`);
  }
  return vaeWithTerms("infoVae", options, ({ distortion, rate, z, prior, rng }) => {
    const draws = tf.reshape(prior.sample(rng, z.shape[0]), z.shape) as tf.Tensor2D;
    const discrepancy = broadcastToBatch(maximumMeanDiscrepancy(z, draws, kernel), rate);
    const bound = weightedSum([
      [-1, distortion],
      [alpha - 1, rate],
      [1 - alpha - lambda, discrepancy],
    ]);
    return { bound, terms: { discrepancy } };
  });
}
