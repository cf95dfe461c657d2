import { normal } from "../distributions/normal";
import { supports } from "../distributions/support";
import { checkOptions, optionsSchema } from "../runtime/check-options";
import { accepts, finiteNumber, flag, positive } from "../runtime/rules";
import { tf } from "../runtime/tensorflow";
import { buildLikelihood, type LibraryLikelihood, numberIn } from "./build-likelihood";
import { learnedScale } from "./learned-scale";
import type { Likelihood } from "./likelihood";
import { pooledLogError } from "./pooled-log-error";

/** Options of `gaussianLikelihood()`. */
export interface GaussianLikelihoodOptions {
  /**
   * σ, in the units of x:
   * - a number above 0 fixes it;
   * - `"learned"` trains one number for all components with the networks, from σ = 1. Adam moves log σ² by about the learning
   *   rate per step, so that a small σ takes thousands of steps: in a short training take "optimal", or `track: true`;
   * - `"optimal"` sets one number for all components in every training step to the best there is: σ² is the mean squared error
   *   (Rybkin et al. 2021) of the batch, or of the last 100 examples where the batch has fewer. Take it when σ is unknown and
   *   you have no reason to do otherwise;
   * - `"perComponent"` lets the decoder give σ for each component and example.
   *
   * Defaults to "learned".
   */
  stdDev?: number | "learned" | "optimal" | "perComponent";
  /**
   * Whether a learned σ is brought to within a factor of √e of what the errors of recent examples suggest before each step, so
   * that it gets small as fast as the networks learn. Defaults to false: gradients alone move it, by about the learning rate
   * per step, which is slow in a short training and keeps it from following an overfit network on a few examples.
   */
  track?: boolean;
  /** The smallest log σ² where σ is not fixed, which keeps the density bounded; defaults to −10. */
  minLogVar?: number;
}

const kinds = ["learned", "optimal", "perComponent"];
const schema = optionsSchema<GaussianLikelihoodOptions>({
  stdDev: accepts<number | string>(
    (value) => positive.safeParse(value).success || kinds.includes(value as string),
    'a number above 0, "learned", "optimal" or "perComponent"',
  ).optional(),
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
  checkOptions("gaussianLikelihood()", schema, options);
  const { stdDev = "learned", minLogVar = -10, track = false } = options;
  if (stdDev === "perComponent") return perComponent(minLogVar);
  if (stdDev === "learned") return learned(minLogVar, track);
  if (stdDev === "optimal") return optimal(minLogVar);
  return withStdDev({ stdDev }, () => 2 * Math.log(stdDev));
}

/** What all kinds share, as `gaussianLikelihood()` was called. */
const shared = (options: GaussianLikelihoodOptions) => ({
  spec: { factory: "gaussianLikelihood", options: { ...options } },
  support: supports.real,
});

/** One σ for all components, given log σ². */
function withStdDev(
  options: GaussianLikelihoodOptions,
  logVar: () => tf.Tensor | number,
  parts: Pick<Likelihood, "variables" | "adapt"> = { variables: [] },
): LibraryLikelihood {
  const [first] = parts.variables;
  return buildLikelihood(
    {
      ...shared(options),
      outputsPerComponent: 1,
      distribution: (outputs, dataShape) => normal({ mean: outputs.reshape([-1, ...dataShape]), logVar: logVar() }),
      ...parts,
    },
    () => (first ? { "σ now": Math.exp(0.5 * numberIn(first)) } : {}),
  );
}

function learned(minLogVar: number, track: boolean): LibraryLikelihood {
  const scale = learnedScale({ smallest: minLogVar, track });
  const adapt: Likelihood["adapt"] = (mean, x, weight) => tf.tidy(() => scale.adapt?.(squaredError(mean, x), weight));
  const { variables } = scale;
  return withStdDev({ stdDev: "learned", minLogVar, track }, scale.value, { variables, ...(track && { adapt }) });
}

/**
 * log σ² ← log of the mean squared error, where d/dσ² [MSE/σ² + log σ²] = 0. The density then takes σ for a constant, and
 * its gradient is still that of the minimum over σ, whose derivative by σ is zero.
 */
function optimal(minLogVar: number): LibraryLikelihood {
  const pooled = pooledLogError(minLogVar);
  const [logVar] = pooled.variables;
  const adapt: Likelihood["adapt"] = (mean, x, weight) => tf.tidy(() => pooled.update(squaredError(mean, x), weight));
  return withStdDev({ stdDev: "optimal", minLogVar }, () => logVar, { variables: pooled.variables, adapt });
}

function perComponent(minLogVar: number): LibraryLikelihood {
  return buildLikelihood({
    ...shared({ stdDev: "perComponent", minLogVar }),
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

const squaredError = (mean: tf.Tensor, x: tf.Tensor): tf.Tensor => tf.square(tf.sub(x, mean));
