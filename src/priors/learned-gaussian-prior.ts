import type { Displayable } from "../display/mime-bundle";
import { type Normal, normal } from "../distributions/normal";
import { smoothFloor } from "../distributions/smooth-floor";
import { checkOptions, optionsSchema } from "../runtime/check-options";
import { finiteNumber } from "../runtime/rules";
import { tf } from "../runtime/tensorflow";
import type { Prior, PriorOfModel } from "./prior";
import { showsPrior } from "./shows-prior";

/** Options of `learnedGaussianPrior()`. */
export interface LearnedGaussianPriorOptions {
  /** The smallest log-variance of a dimension, which keeps the density bounded; defaults to −10. */
  minLogVar?: number;
}

const schema = optionsSchema<LearnedGaussianPriorOptions>({ minLogVar: finiteNumber.optional() });

/**
 * A normal prior with independent dimensions whose means and variances are trained with the networks, from N(0, I) on:
 * `vae({ prior: learnedGaussianPrior(), … })`. The rate has its closed form. For a VAE whose networks can shift and scale codes
 * freely it changes little; it helps where something else fixes the scale of the codes.
 *
 * @throws ArgumentError for options out of range
 */
export function learnedGaussianPrior(
  options: LearnedGaussianPriorOptions = {},
): PriorOfModel<Prior<Normal>> & Displayable {
  checkOptions("learnedGaussianPrior()", schema, options);
  const { minLogVar = -10 } = options;
  const spec = { factory: "learnedGaussianPrior", options: { minLogVar } };
  return {
    spec,
    ...showsPrior(spec),
    forModel({ latentDim }) {
      const [mean, logVar] = tf.tidy(() => [
        tf.variable(tf.zeros([1, latentDim])),
        tf.variable(tf.zeros([1, latentDim])),
      ]);
      const variables = [mean, logVar] as tf.Variable[];
      return {
        spec,
        variables,
        distribution: () =>
          normal({ mean: mean as tf.Variable, logVar: smoothFloor(logVar as tf.Variable, minLogVar) }),
        dispose: () => tf.dispose(variables),
        ...showsPrior(spec),
      };
    },
  };
}
