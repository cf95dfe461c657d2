import { discretizedLogistic } from "../distributions/discretized-logistic";
import { checkOptions, optionsSchema } from "../runtime/check-options";
import { finiteNumber, flag, wholeNumber } from "../runtime/rules";
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
  /**
   * Whether a learned scale is brought to within a factor of e of what the errors of recent examples suggest before each step, so
   * that it gets small as fast as the networks learn. Defaults to false: gradients alone move it, by about the learning rate
   * per step, which is slow in a short training and keeps it from following an overfit network on a few examples.
   */
  track?: boolean;
}

const schema = optionsSchema<DiscretizedLogisticLikelihoodOptions>({
  levels: wholeNumber(2).optional(),
  minLogScale: finiteNumber.optional(),
  track: flag.optional(),
});

/**
 * Log-probabilities of gray levels 0, 1/(levels − 1), …, 1 (Kingma et al. 2016, section 5.1); the decoder gives the mean,
 * through a sigmoid. One scale s for all components is trained with the networks; see `track` for short trainings.
 *
 * @throws ArgumentError for options out of range
 */
export function discretizedLogisticLikelihood(options: DiscretizedLogisticLikelihoodOptions = {}): LibraryLikelihood {
  checkOptions("discretizedLogisticLikelihood()", schema, options);
  const { levels = 256, minLogScale = -10, track = false } = options;
  const { support } = discretizedLogistic({ mean: 0, logScale: 0, levels, shape: [1, 1] });
  // A logistic variable has E|x − μ| = 2 s log 2.
  const scale = learnedScale({ initial: -1, smallest: minLogScale, offset: -Math.log(2 * Math.LN2), track });
  return buildLikelihood(
    {
      spec: { factory: "discretizedLogisticLikelihood", options: { levels, minLogScale, track } },
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
      ...(track && {
        adapt: (mean: tf.Tensor, x: tf.Tensor, weight?: tf.Tensor) =>
          tf.tidy(() => scale.adapt?.(tf.abs(tf.sub(x, mean)), weight)),
      }),
    },
    () => ({ "scale now": Math.exp(numberIn(scale.variables[0] as tf.Variable)) }),
  );
}
