import type { Distribution } from "../distributions/distribution";
import { normal } from "../distributions/normal";
import { supports } from "../distributions/support";
import { checkOptions, optionsSchema } from "../runtime/check-options";
import { finiteNumber, flag } from "../runtime/rules";
import { tf } from "../runtime/tensorflow";
import { buildLikelihood, type LibraryLikelihood, numberIn } from "./build-likelihood";
import { type ScaleKind, scaleKind, scaleRule, sharedScale } from "./shared-scale";

/** Options of `gaussianLikelihood()`. */
export interface GaussianLikelihoodOptions {
  /**
   * The standard deviation σ, in the units of x:
   * - a number above 0: σ is fixed.
   * - `"optimal"`: every training step sets one σ for all components to its maximum-likelihood value (Rybkin et al. 2021). σ² is
   *   the mean squared error of the batch, or of about the last 100 examples if the batch has fewer. Use it with thousands of
   *   examples or more.
   * - `"learned"`: one σ for all components is trained together with the networks. It starts at 1. Adam changes log σ² by about
   *   the learning rate per step, so it takes thousands of steps to reach a small σ.
   * - `"perComponent"`: the decoder outputs a σ for each component and example.
   *
   * Defaults to "optimal", or to "learned" if `track` is given. A network can memorize a data set of only tens or hundreds of
   * examples. The optimal σ then follows its errors toward zero, and the distortion of unseen data becomes very large. So use
   * "learned" or a number for such data.
   */
  stdDev?: number | "learned" | "optimal" | "perComponent";
  /**
   * Whether to keep a learned σ within a factor of √e of the root mean squared error of recent examples. The adjustment happens
   * before each training step. Defaults to false: only gradients change log σ², by about the learning rate per step, which is
   * slow if training is short.
   */
  track?: boolean;
  /** The smallest log σ² if σ is not fixed. It keeps the density bounded. Defaults to −10. */
  minLogVar?: number;
}

const schema = optionsSchema<GaussianLikelihoodOptions>({
  stdDev: scaleRule("learned", "optimal", "perComponent").optional(),
  minLogVar: finiteNumber.optional(),
  track: flag.optional(),
});

/**
 * A normal density with independent components, including all constants. The decoder outputs the mean. Use it for real numbers,
 * such as standardized measurements, and for images if a squared error is appropriate.
 *
 * @throws ArgumentError for options out of range
 */
export function gaussianLikelihood(options: GaussianLikelihoodOptions = {}): LibraryLikelihood {
  const where = "gaussianLikelihood()";
  checkOptions(where, schema, options);
  const { minLogVar = -10, track = false } = options;
  const stdDev = scaleKind(where, "stdDev", options.stdDev, options.track);
  return stdDev === "perComponent" ? perComponent(minLogVar) : shared(stdDev, minLogVar, track);
}

const asCalled = (options: GaussianLikelihoodOptions) => ({
  spec: { factory: "gaussianLikelihood", options: { ...options } },
  support: supports.real,
});

/**
 * One σ for all components. The optimal σ² is the mean squared error, because d/dσ² [MSE/σ² + log σ²] = 0 there. The density
 * treats this σ as a constant. The gradient is still correct, because the derivative with respect to σ is zero at the optimum.
 */
function shared(stdDev: ScaleKind, minLogVar: number, track: boolean): LibraryLikelihood {
  const { value: logVar, ...parts } = sharedScale({
    kind: stdDev,
    track,
    smallest: minLogVar,
    logOf: (value) => 2 * Math.log(value),
    error: (predicted: Distribution, x) => tf.square(tf.sub(x, predicted.mean())),
  });
  const [first] = parts.variables;
  return buildLikelihood(
    {
      ...parts,
      ...asCalled(
        typeof stdDev === "number" ? { stdDev } : { stdDev, minLogVar, ...(stdDev === "learned" && { track }) },
      ),
      outputsPerComponent: 1,
      distribution: (outputs, dataShape) => normal({ mean: outputs.reshape([-1, ...dataShape]), logVar: logVar() }),
    },
    () => (first ? { "σ now": Math.exp(0.5 * numberIn(first)) } : {}),
  );
}

function perComponent(minLogVar: number): LibraryLikelihood {
  return buildLikelihood({
    ...asCalled({ stdDev: "perComponent", minLogVar }),
    outputsPerComponent: 2,
    variables: [],
    distribution(outputs, dataShape) {
      const [mean, raw] = tf.split(outputs, 2, 1) as [tf.Tensor, tf.Tensor];
      // A softplus above the lower bound: never below the bound, and about equal to the raw value well above it.
      const logVar = tf.add(tf.softplus(tf.sub(raw, minLogVar)), minLogVar);
      return normal({ mean: mean.reshape([-1, ...dataShape]), logVar: logVar.reshape([-1, ...dataShape]) });
    },
  });
}
