import { type DiscretizedLogistic, discretizedLogistic } from "../distributions/discretized-logistic";
import type { Distribution } from "../distributions/distribution";
import { checkOptions, optionsSchema } from "../runtime/check-options";
import { finiteNumber, flag, wholeNumber } from "../runtime/rules";
import { tf } from "../runtime/tensorflow";
import { buildLikelihood, type LibraryLikelihood, numberIn } from "./build-likelihood";
import { discretizedLogisticError } from "./discretized-logistic-error";
import { scaleKind, scaleRule, sharedScale } from "./shared-scale";
import { grayAdvice } from "./support-advice";

/** Options of `discretizedLogisticLikelihood()`. */
export interface DiscretizedLogisticLikelihoodOptions {
  /** The number of gray levels, at least 2; defaults to 256. */
  levels?: number;
  /**
   * s, in the units of x:
   * - a number above 0 fixes it;
   * - `"learned"` trains one number for all components with the networks, from s = 1/e;
   * - `"optimal"` brings one number for all components nearer to the best there is in every training step. It is there within a few
   *   steps. (The best s has no closed form; one step sets the derivative of the batch to zero to first order.) A batch of fewer
   *   than 100 examples counts together with those before it.
   *
   * Defaults to "optimal"; to "learned" where `track` is given. With only tens or hundreds of examples, which a network can
   * memorize, take "learned" or a number: the optimal s follows the network's errors toward zero.
   */
  scale?: number | "learned" | "optimal";
  /** The smallest logarithm of a scale that is not fixed, which keeps the probabilities bounded; defaults to −10. */
  minLogScale?: number;
  /**
   * Whether a learned scale is brought to within a factor of e of what the errors of recent examples suggest before each step.
   * Defaults to false: gradients alone move it, by about the learning rate per step, which is slow in a short training.
   */
  track?: boolean;
}

const schema = optionsSchema<DiscretizedLogisticLikelihoodOptions>({
  levels: wholeNumber(2).optional(),
  scale: scaleRule("learned", "optimal").optional(),
  minLogScale: finiteNumber.optional(),
  track: flag.optional(),
});

/**
 * Log-probabilities of gray levels 0, 1/(levels − 1), …, 1 (Kingma et al. 2016, section 5.1); the decoder gives the mean μ,
 * through a sigmoid. One scale s serves all components.
 *
 * @throws ArgumentError for options out of range
 */
export function discretizedLogisticLikelihood(options: DiscretizedLogisticLikelihoodOptions = {}): LibraryLikelihood {
  const where = "discretizedLogisticLikelihood()";
  checkOptions(where, schema, options);
  const { levels = 256, minLogScale = -10, track = false } = options;
  const kind = scaleKind(where, "scale", options.scale, options.track);
  const { support } = discretizedLogistic({ mean: 0, logScale: 0, levels, shape: [1, 1] });
  const { value: logScale, ...parts } = sharedScale({
    kind,
    track,
    initial: -1,
    smallest: minLogScale,
    // A logistic variable has E|x − μ| = 2 s log 2.
    offset: -Math.log(2 * Math.LN2),
    error: (predicted, x) => tf.abs(tf.sub(x, parametersOf(predicted).mean)),
    optimalError(predicted, x) {
      const { mean, logScale } = parametersOf(predicted);
      return discretizedLogisticError(x, mean, logScale, levels);
    },
  });
  const [first] = parts.variables;
  return buildLikelihood(
    {
      ...parts,
      spec: { factory: "discretizedLogisticLikelihood", options: { levels, scale: kind, minLogScale, track } },
      outputsPerComponent: 1,
      support,
      advice: grayAdvice,
      distribution: (outputs, dataShape) =>
        discretizedLogistic({
          mean: tf.sigmoid(outputs.reshape([-1, ...dataShape])),
          logScale: logScale(),
          levels,
        }),
    },
    () => (first ? { "scale now": Math.exp(numberIn(first)) } : {}),
  );
}

/** μ and log s. The mean of the distribution is a sum over all levels, and another number than μ near 0 and 1. */
const parametersOf = (predicted: Distribution) =>
  (predicted as DiscretizedLogistic).parameters as { mean: tf.Tensor; logScale: tf.Tensor };
