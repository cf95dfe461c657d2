import { broadcastToBatch } from "../objectives/broadcast-to-batch";
import { weightedSum } from "../objectives/weighted-sum";
import { checkOptions, optionsSchema } from "../runtime/check-options";
import { nonNegative, oneOf } from "../runtime/rules";
import { tf } from "../runtime/tensorflow";
import type { ObjectiveTerms } from "./core/elbo-phase";
import { vaeVariantRules } from "./core/vae-rules";
import { type VaeVariantOptions, type VaeWithTerms, vaeWithTerms } from "./core/vae-with-terms";

/** Options of `dipVae()`. */
export interface DipVaeOptions extends VaeVariantOptions {
  /**
   * Which covariance is pulled toward the identity: `"i"` is that of the means of q(z | x); `"ii"` is that of z.
   * Defaults to "ii".
   */
  kind?: "i" | "ii";
  /** λ_od, in nats per unit, at least 0: the weight of the squared covariances; defaults to 10. */
  lambdaOffDiagonal?: number;
  /** λ_d, at least 0: the weight of the squared distances of the variances from 1; defaults to 10 λ_od for "i", λ_od for "ii". */
  lambdaDiagonal?: number;
}

const schema = optionsSchema<DipVaeOptions>({
  ...vaeVariantRules,
  kind: oneOf("i", "ii").optional(),
  lambdaOffDiagonal: nonNegative.optional(),
  lambdaDiagonal: nonNegative.optional(),
});

/** A DIP-VAE, created by `dipVae()`. */
export type DipVae = VaeWithTerms<"offDiagonal" | "diagonal">;

/**
 * A VAE with a disentangled inferred prior (Kumar et al. 2018, equations 6 and 7): maximizes the ELBO minus λ_od Σ_{i≠j}
 * C_ij² + λ_d Σ_i (C_ii − 1)², where C is the covariance over x of the means of q(z | x) (DIP-VAE-I) or of z itself
 * (DIP-VAE-II, which adds the mean of the variances of q(z | x)). C is estimated from each batch. Both sums are reported
 * without their weights, as `offDiagonal` and `diagonal`. With both weights 0 it is `vae()`.
 *
 * @throws ArgumentError for shapes that do not match, and options out of range
 */
export function dipVae(options: DipVaeOptions): DipVae {
  checkOptions("dipVae()", schema, options);
  const { kind = "ii", lambdaOffDiagonal = 10 } = options;
  const { lambdaDiagonal = kind === "i" ? 10 * lambdaOffDiagonal : lambdaOffDiagonal } = options;
  const objective = ({ posterior, distortion, rate }: ObjectiveTerms) => {
    const means = posterior.mean() as tf.Tensor2D;
    const centered = tf.sub(means, tf.mean(means, 0, true)) as tf.Tensor2D;
    const ofMeans = tf.div(tf.matMul(centered, centered, true), means.shape[0]);
    const squares = tf.square(ofMeans);
    // Cov(z) = E[Cov(z | x)] + Cov(E[z | x]), Kumar et al. 2018, equation 5: the first term is diagonal.
    const ofMeansAlone = tf.mean(tf.square(centered), 0);
    const variances = kind === "i" ? ofMeansAlone : tf.add(ofMeansAlone, tf.mean(posterior.variance(), 0));
    const offDiagonal = broadcastToBatch(tf.sub(tf.sum(squares), tf.sum(tf.square(ofMeansAlone))), rate);
    const diagonal = broadcastToBatch(tf.sum(tf.square(tf.sub(variances, 1))), rate);
    const bound = weightedSum([
      [-1, distortion],
      [-1, rate],
      [-lambdaOffDiagonal, offDiagonal],
      [-lambdaDiagonal, diagonal],
    ]);
    return { bound, terms: { offDiagonal, diagonal } };
  };
  return vaeWithTerms("dipVae", options, objective, { schedules: {} });
}
