import { discretizedLogistic } from "../distributions/discretized-logistic";
import { checkOptions, optionsSchema } from "../runtime/check-options";
import { finiteNumber, wholeNumber } from "../runtime/rules";
import { tf } from "../runtime/tensorflow";
import { buildLikelihood, type LibraryLikelihood, numberIn } from "./build-likelihood";
import { learnedScale } from "./learned-scale";
import { grayAdvice } from "./support-advice";

/** Options of `discretizedLogisticLikelihood()`. */
export interface DiscretizedLogisticLikelihoodOptions {
  /** The number of gray levels, at least 2; defaults to 256. */
  levels?: number;
  /** The smallest logarithm of the scale, which keeps the probabilities bounded; defaults to −10. */
  minLogScale?: number;
}

const schema = optionsSchema<DiscretizedLogisticLikelihoodOptions>({
  levels: wholeNumber(2).optional(),
  minLogScale: finiteNumber.optional(),
});

/**
 * Log-probabilities of gray levels 0, 1/(levels − 1), …, 1 (Kingma et al. 2016, section 5.1); the decoder gives the mean,
 * through a sigmoid. One scale s for all components is trained with the networks; before each step it is brought to within a
 * factor of e of what the mean absolute error of recent examples (at least 100) suggests.
 *
 * @throws ArgumentError for options out of range
 */
export function discretizedLogisticLikelihood(options: DiscretizedLogisticLikelihoodOptions = {}): LibraryLikelihood {
  checkOptions("discretizedLogisticLikelihood()", schema, options);
  const { levels = 256, minLogScale = -10 } = options;
  const { support } = discretizedLogistic({ mean: 0, logScale: 0, levels, shape: [1, 1] });
  // A logistic variable has E|x − μ| = 2 s log 2.
  const scale = learnedScale({ initial: -1, smallest: minLogScale, offset: -Math.log(2 * Math.LN2) });
  return buildLikelihood(
    {
      spec: { factory: "discretizedLogisticLikelihood", options: { levels, minLogScale } },
      outputsPerComponent: 1,
      support,
      advice: grayAdvice,
      variables: scale.variables,
      distribution: (outputs, dataShape) =>
        discretizedLogistic({
          mean: tf.sigmoid(outputs.reshape([-1, ...dataShape])),
          logScale: scale.value(),
          levels,
        }),
      adapt: (mean, x, weight) => tf.tidy(() => scale.adapt(tf.abs(tf.sub(x, mean)), weight)),
    },
    () => ({ "scale now": Math.exp(numberIn(scale.variables[0] as tf.Variable)) }),
  );
}
