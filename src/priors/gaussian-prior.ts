import { checkSizes } from "../runtime/check-sizes";
import { tf } from "../runtime/tensorflow";
import { checkLength, type LatentPrior } from "./latent-prior";

/** Options of `gaussianPrior()`. */
export interface GaussianPriorOptions {
  /** The numbers of a code; defaults to 2. */
  latentDim?: number;
  /** The standard deviation of each, above 0; defaults to 1. */
  stdDev?: number;
}

/** Codes from N(0, σ² I). */
export function gaussianPrior({ latentDim = 2, stdDev = 1 }: GaussianPriorOptions = {}): LatentPrior {
  checkSizes("gaussianPrior()", "latentDim", [latentDim]);
  checkLength("gaussianPrior()", "stdDev", stdDev, "above 0");
  return {
    spec: { factory: "gaussianPrior", options: { latentDim, stdDev } },
    latentDim,
    sample: (rng, n) => tf.tidy(() => tf.mul(rng.normal([n, latentDim]), stdDev)),
  };
}
