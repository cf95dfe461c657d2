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
   * σ, in the units of x:
   * - a number above 0 fixes it;
   * - `"optimal"` sets one number for all components in every training step to the best there is: σ² is the mean squared error
   *   (Rybkin et al. 2021) of the batch, or of the last 100 examples where the batch has fewer. Take it with thousands of
   *   examples or more;
   * - `"learned"` trains one number for all components with the networks, from σ = 1. Adam moves log σ² by about the learning
   *   rate per step, so that a small σ takes thousands of steps. Take it, or a number, with only tens or hundreds of examples,
   *   which a network can memorize: the optimal σ follows its errors toward zero, and unseen data then cost a lot;
   * - `"perComponent"` lets the decoder give σ for each component and example.
   *
   * Defaults to "optimal"; to "learned" where `track` is given.
   */
  stdDev?: number | "learned" | "optimal" | "perComponent";
  /**
   * Whether a learned σ is brought to within a factor of √e of what the errors of recent examples suggest before each step.
   * Defaults to false: gradients alone move it, by about the learning rate per step, which is slow in a short training.
   */
  track?: boolean;
  /** The smallest log σ² where σ is not fixed, which keeps the density bounded; defaults to −10. */
  minLogVar?: number;
}

const schema = optionsSchema<GaussianLikelihoodOptions>({
  stdDev: scaleRule("learned", "optimal", "perComponent").optional(),
  minLogVar: finiteNumber.optional(),
  track: flag.optional(),
});

/**
 * A normal density with independent components, all constants kept; the decoder gives its mean. For data that are real
 * numbers: standardized measurements, images where a squared error is meant.
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
 * One σ for all components. The optimal log σ² is the log of the mean squared error, where d/dσ² [MSE/σ² + log σ²] = 0. The
 * density then takes σ for a constant, and its gradient is still that of the minimum over σ, whose derivative by σ is zero.
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
      // A softplus above the floor: close to the raw value where that is well above it, and never below.
      const logVar = tf.add(tf.softplus(tf.sub(raw, minLogVar)), minLogVar);
      return normal({ mean: mean.reshape([-1, ...dataShape]), logVar: logVar.reshape([-1, ...dataShape]) });
    },
  });
}
