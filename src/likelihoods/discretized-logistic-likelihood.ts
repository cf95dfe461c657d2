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
   * The scale s, in the units of x:
   * - a number above 0: s is fixed.
   * - `"learned"`: one s for all components is trained together with the networks. It starts at 1/e.
   * - `"optimal"`: every training step moves one s for all components toward its maximum-likelihood value, and gets there within
   *   a few steps. (This value has no closed form, so each step takes one fixed-point iteration.) A batch of fewer than 100
   *   examples is pooled with the batches before it.
   *
   * Defaults to "optimal", or to "learned" if `track` is given. A network can memorize a data set of only tens or hundreds of
   * examples. The optimal s then follows its errors toward zero, so use "learned" or a number.
   */
  scale?: number | "learned" | "optimal";
  /** The smallest log s if s is not fixed. It keeps log-probabilities bounded. Defaults to −10. */
  minLogScale?: number;
  /**
   * Whether to keep a learned s within a factor of e of the scale that the errors of recent examples suggest. The adjustment
   * happens before each training step. Defaults to false: only gradients change log s, by about the learning rate per step, which
   * is slow if training is short.
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
 * A discretized logistic distribution for the gray levels 0, 1/(levels − 1), …, 1 (Kingma et al. 2016, section 5.1). The location
 * μ is the sigmoid of the decoder's output. All components share one scale s.
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

/** μ and log s. `mean()` would not do: it is a sum over all levels, and differs from μ near 0 and 1. */
const parametersOf = (predicted: Distribution) =>
  (predicted as DiscretizedLogistic).parameters as { mean: tf.Tensor; logScale: tf.Tensor };
