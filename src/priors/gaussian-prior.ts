import type { Displayable } from "../display/mime-bundle";
import { type Normal, normal } from "../distributions/normal";
import { checkOptions, optionsSchema } from "../runtime/check-options";
import { positive, wholeNumber } from "../runtime/rules";
import { tf } from "../runtime/tensorflow";
import type { DrawnPrior } from "./latent-prior";
import { showsPrior } from "./shows-prior";

/** Options of `gaussianPrior()`. */
export interface GaussianPriorOptions {
  /** The number of dimensions of a code; defaults to 2. */
  latentDim?: number;
  /** The standard deviation σ of each dimension, above 0; defaults to 1. */
  stdDev?: number;
}

const schema = optionsSchema<GaussianPriorOptions>({
  latentDim: wholeNumber().optional(),
  stdDev: positive.optional(),
});

/**
 * The prior N(0, σ² I), which is not trained. For a trained normal prior, use `learnedGaussianPrior()`.
 *
 * @throws ArgumentError for options out of range
 */
export function gaussianPrior(options: GaussianPriorOptions = {}): DrawnPrior<Normal> & Displayable {
  checkOptions("gaussianPrior()", schema, options);
  const { latentDim = 2, stdDev = 1 } = options;
  const spec = { factory: "gaussianPrior", options: { latentDim, stdDev } };
  const density = normal({ mean: 0, logVar: 2 * Math.log(stdDev), shape: [1, latentDim] });
  return {
    spec,
    latentDim,
    variables: [],
    distribution: () => density,
    sample: (rng, n) => tf.tidy(() => tf.mul(rng.normal([n, latentDim]), stdDev)),
    ...showsPrior(spec),
  };
}
