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
  /** The smallest log-variance of a dimension. It keeps the density bounded. Defaults to −10. */
  minLogVar?: number;
}

const schema = optionsSchema<LearnedGaussianPriorOptions>({ minLogVar: finiteNumber.optional() });

/**
 * A normal prior with independent dimensions. Its means and variances are trained together with the networks and start at
 * N(0, I): `vae({ prior: learnedGaussianPrior(), … })`. The rate has a closed form.
 *
 * In a plain VAE, this prior makes little difference, because the networks can shift and scale the codes themselves. It helps if
 * something else fixes the scale of the codes.
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
