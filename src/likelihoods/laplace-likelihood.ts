import { laplace } from "../distributions/laplace";
import { supports } from "../distributions/support";
import { checkOptions, optionsSchema } from "../runtime/check-options";
import { finiteNumber, flag } from "../runtime/rules";
import { tf } from "../runtime/tensorflow";
import { buildLikelihood, type LibraryLikelihood, numberIn } from "./build-likelihood";
import { scaleKind, scaleRule, sharedScale } from "./shared-scale";

/** Options of `laplaceLikelihood()`. */
export interface LaplaceLikelihoodOptions {
  /**
   * b, in the units of x:
   * - a number above 0 fixes it;
   * - `"learned"` trains one number for all components with the networks, from b = 1;
   * - `"optimal"` sets one number for all components in every training step to the best there is: the mean absolute error of the
   *   batch, or of the last 100 examples where the batch has fewer.
   *
   * Defaults to "optimal"; to "learned" where `track` is given. With only tens or hundreds of examples, which a network can
   * memorize, take "learned" or a number: the optimal b follows the network's errors toward zero.
   */
  scale?: number | "learned" | "optimal";
  /** The smallest logarithm of a scale that is not fixed, which keeps the density bounded; defaults to −10. */
  minLogScale?: number;
  /**
   * Whether a learned scale is brought to within a factor of e of what the errors of recent examples suggest before each step.
   * Defaults to false: gradients alone move it, by about the learning rate per step, which is slow in a short training.
   */
  track?: boolean;
}

const schema = optionsSchema<LaplaceLikelihoodOptions>({
  scale: scaleRule("learned", "optimal").optional(),
  minLogScale: finiteNumber.optional(),
  track: flag.optional(),
});

/**
 * A Laplace density with independent components, for real numbers with outliers; the decoder gives its mean. One scale b
 * serves all components.
 *
 * @throws ArgumentError for options out of range
 */
export function laplaceLikelihood(options: LaplaceLikelihoodOptions = {}): LibraryLikelihood {
  const where = "laplaceLikelihood()";
  checkOptions(where, schema, options);
  const { minLogScale = -10, track = false } = options;
  const kind = scaleKind(where, "scale", options.scale, options.track);
  const { value: logScale, ...parts } = sharedScale({
    kind,
    track,
    smallest: minLogScale,
    error: (predicted, x) => tf.abs(tf.sub(x, predicted.mean())),
  });
  const [first] = parts.variables;
  return buildLikelihood(
    {
      ...parts,
      spec: { factory: "laplaceLikelihood", options: { scale: kind, minLogScale, track } },
      outputsPerComponent: 1,
      support: supports.real,
      distribution: (outputs, dataShape) =>
        laplace({ mean: outputs.reshape([-1, ...dataShape]), logScale: logScale() }),
    },
    () => (first ? { "scale now": Math.exp(numberIn(first)) } : {}),
  );
}
