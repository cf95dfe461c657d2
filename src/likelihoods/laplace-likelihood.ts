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
   * The scale b, in the units of x:
   * - a number above 0: b is fixed.
   * - `"learned"`: one b for all components is trained together with the networks. It starts at 1.
   * - `"optimal"`: every training step sets one b for all components to its maximum-likelihood value: the mean absolute error of
   *   the batch, or of about the last 100 examples if the batch has fewer.
   *
   * Defaults to "optimal", or to "learned" if `track` is given. A network can memorize a data set of only tens or hundreds of
   * examples. The optimal b then follows its errors toward zero, so use "learned" or a number.
   */
  scale?: number | "learned" | "optimal";
  /** The smallest log b if b is not fixed. It keeps the density bounded. Defaults to −10. */
  minLogScale?: number;
  /**
   * Whether to keep a learned b within a factor of e of the mean absolute error of recent examples. The adjustment happens before
   * each training step. Defaults to false: only gradients change log b, by about the learning rate per step, which is slow if
   * training is short.
   */
  track?: boolean;
}

const schema = optionsSchema<LaplaceLikelihoodOptions>({
  scale: scaleRule("learned", "optimal").optional(),
  minLogScale: finiteNumber.optional(),
  track: flag.optional(),
});

/**
 * A Laplace density with independent components, for real numbers with outliers. The decoder outputs the mean. All components
 * share one scale b.
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
