import { checkSizes } from "../runtime/check-sizes";
import { tf } from "../runtime/tensorflow";
import { checkLength, type LatentPrior } from "./latent-prior";

/** Options of `gaussianPrior()`. */
export interface GaussianPriorOptions {
  /** The numbers of a code; defaults to 2. */
  latent?: number;
  /** The standard deviation of each, above 0; defaults to 1. */
  stdDev?: number;
}

/** Codes from N(0, σ² I). */
export function gaussianPrior({ latent = 2, stdDev = 1 }: GaussianPriorOptions = {}): LatentPrior {
  checkSizes("gaussianPrior()", "latent", [latent]);
  checkLength("gaussianPrior()", "stdDev", stdDev, "above 0");
  return {
    made: { by: "gaussianPrior", options: { latent, stdDev } },
    latent,
    sample: (rng, n) => tf.tidy(() => tf.mul(rng.normal([n, latent]), stdDev)),
  };
}
