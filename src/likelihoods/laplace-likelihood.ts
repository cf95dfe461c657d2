import { laplace } from "../distributions/laplace";
import { supports } from "../distributions/support";
import { checkOptions, optionsSchema } from "../runtime/check-options";
import { finiteNumber, flag } from "../runtime/rules";
import { tf } from "../runtime/tensorflow";
import { buildLikelihood, type LibraryLikelihood, numberIn } from "./build-likelihood";
import { learnedScale } from "./learned-scale";

/** Options of `laplaceLikelihood()`. */
export interface LaplaceLikelihoodOptions {
  /** The smallest logarithm of the scale, which keeps the density bounded; defaults to −10. */
  minLogScale?: number;
  /**
   * Whether a learned scale is brought to within a factor of e of what the errors of recent examples suggest before each step, so
   * that it gets small as fast as the networks learn. Defaults to false: gradients alone move it, by about the learning rate
   * per step, which is slow in a short training and keeps it from following an overfit network on a few examples.
   */
  track?: boolean;
}

const schema = optionsSchema<LaplaceLikelihoodOptions>({
  minLogScale: finiteNumber.optional(),
  track: flag.optional(),
});

/**
 * A Laplace density with independent components, for real numbers with outliers; the decoder gives its mean. One scale b for
 * all components is trained with the networks, from 1; see `track` for short trainings.
 *
 * @throws ArgumentError for options out of range
 */
export function laplaceLikelihood(options: LaplaceLikelihoodOptions = {}): LibraryLikelihood {
  checkOptions("laplaceLikelihood()", schema, options);
  const { minLogScale = -10, track = false } = options;
  const scale = learnedScale({ smallest: minLogScale, track });
  return buildLikelihood(
    {
      spec: { factory: "laplaceLikelihood", options: { minLogScale, track } },
      outputsPerComponent: 1,
      support: supports.real,
      variables: scale.variables,
      distribution: (outputs, dataShape) =>
        laplace({ mean: outputs.reshape([-1, ...dataShape]), logScale: scale.value() }),
      ...(track && {
        adapt: (mean: tf.Tensor, x: tf.Tensor, weight?: tf.Tensor) =>
          tf.tidy(() => scale.adapt?.(tf.abs(tf.sub(x, mean)), weight)),
      }),
    },
    () => ({ "scale now": Math.exp(numberIn(scale.variables[0] as tf.Variable)) }),
  );
}
