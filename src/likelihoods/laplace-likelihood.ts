import { laplace } from "../distributions/laplace";
import { supports } from "../distributions/support";
import { checkOptions, optionsSchema } from "../runtime/check-options";
import { finiteNumber } from "../runtime/rules";
import { tf } from "../runtime/tensorflow";
import { buildLikelihood, type LibraryLikelihood, numberIn } from "./build-likelihood";
import { learnedScale } from "./learned-scale";

/** Options of `laplaceLikelihood()`. */
export interface LaplaceLikelihoodOptions {
  /** The smallest logarithm of the scale, which keeps the density bounded; defaults to −10. */
  minLogScale?: number;
}

const schema = optionsSchema<LaplaceLikelihoodOptions>({ minLogScale: finiteNumber.optional() });

/**
 * A Laplace density with independent components, for real numbers with outliers; the decoder gives its mean. One scale b for
 * all components is trained with the networks; before each step it is brought to within a factor of e of the mean absolute
 * error of recent examples (at least 100), which is the best b for given means.
 *
 * @throws ArgumentError for options out of range
 */
export function laplaceLikelihood(options: LaplaceLikelihoodOptions = {}): LibraryLikelihood {
  checkOptions("laplaceLikelihood()", schema, options);
  const { minLogScale = -10 } = options;
  const scale = learnedScale({ smallest: minLogScale });
  return buildLikelihood(
    {
      spec: { factory: "laplaceLikelihood", options: { minLogScale } },
      outputsPerComponent: 1,
      support: supports.real,
      variables: scale.variables,
      distribution: (outputs, dataShape) =>
        laplace({ mean: outputs.reshape([-1, ...dataShape]), logScale: scale.value() }),
      adapt: (mean, x, weight) => tf.tidy(() => scale.adapt(tf.abs(tf.sub(x, mean)), weight)),
    },
    () => ({ "scale now": Math.exp(numberIn(scale.variables[0] as tf.Variable)) }),
  );
}
