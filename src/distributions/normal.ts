import { checkOptions, optionsSchema } from "../runtime/check-options";
import { tf } from "../runtime/tensorflow";
import { buildFactorized } from "./build-factorized";
import type { Distribution } from "./distribution";
import {
  checkExactlyOne,
  logOf,
  type Parameter,
  parameterRule,
  parameterShape,
  positiveRule,
  type ShapeOptions,
  shapeRule,
  withComputed,
} from "./parameters";
import { exponents } from "./positive";
import { supports } from "./support";

/** Parameters of `normal()`: the mean, and either the log-variance or the standard deviation. */
export interface NormalOptions extends ShapeOptions {
  /** The mean μ, [batch, …event]. */
  mean: Parameter;
  /**
   * log σ², [batch, …event]. It has no lower bound. If a network learns it, training can drive it toward −∞, and the density at
   * the data grows without limit. So keep a learned log σ² above about −10, for example with `logVar.clipByValue(-10, 10)`.
   */
  logVar?: Parameter;
  /** σ > 0, [batch, …event]; an alternative to `logVar`. */
  stdDev?: Parameter;
}

/** A normal distribution with independent components, created by `normal()`. */
export interface Normal extends Distribution {
  readonly family: "normal";
  /** The parameters as given, and always log σ². If σ was given as a tensor, each read of `logVar` creates a new tensor. */
  readonly parameters: { readonly mean: Parameter; readonly logVar: Parameter; readonly stdDev?: Parameter };
}

/** log 2π */
const log2Pi = Math.log(2 * Math.PI);

const schema = optionsSchema<NormalOptions>({
  mean: parameterRule,
  logVar: parameterRule.optional(),
  stdDev: positiveRule.optional(),
  shape: shapeRule.optional(),
});

/**
 * The normal distribution N(μ, σ²) with independent components (diagonal covariance).
 *
 * @throws ArgumentError unless exactly one of `logVar` and `stdDev` is given, and for shapes that do not broadcast
 */
export function normal(options: NormalOptions): Normal {
  checkOptions("normal()", schema, options);
  const { mean } = options;
  const { scale, logVar } = spread(options);
  const shape = parameterShape("normal()", { mean, ...scale }, options.shape);
  const dimensions = tf.util.sizeFromShape(shape.slice(1));
  const stdDev = () => tf.exp(tf.mul(logVar(), 0.5));
  const isStandard = mean === 0 && "logVar" in scale && scale.logVar === 0;
  const distribution = buildFactorized({
    family: "normal",
    shape,
    reparameterized: true,
    support: supports.real,
    // z = μ + σ ⊙ ε, ε ~ N(0, I): Kingma & Welling 2014, section 2.4.
    sample: (rng, prefix) => tf.add(mean, tf.mul(stdDev(), rng.normal([...prefix, ...shape]))),
    // −½ Σ [((x − μ)/σ)² + log σ²] − (D/2) log 2π. The constant is added once per example, not once per component.
    // The form (x − μ)² e^(−log σ²) would be 0 · ∞ at x = μ if log σ² < −88.7, and most draws of such a distribution round to μ.
    logProb(x, sumEvent) {
      if (isStandard) return tf.add(sumEvent(tf.square(x)), dimensions * log2Pi).mul(-0.5);
      const logVariance = logVar();
      // A σ below the smallest normal float32 is replaced with that float.
      const inverseStdDev = tf.exp(tf.minimum(tf.mul(logVariance, -0.5), -exponents.least));
      const squares = tf.square(tf.mul(tf.sub(x, mean), inverseStdDev));
      return tf.add(sumEvent(tf.add(squares, logVariance)), dimensions * log2Pi).mul(-0.5);
    },
    mean: () => mean,
    variance: () => tf.exp(logVar()),
    entropy: () => tf.mul(tf.add(logVar(), 1 + log2Pi), 0.5),
  });
  const parameters = { mean, ...scale };
  return {
    ...distribution,
    parameters: "logVar" in parameters ? parameters : withComputed(parameters, "logVar", logVar),
  };
}

/** The given one of `logVar` and `stdDev`, and a function that returns log σ². */
function spread({ logVar, stdDev }: NormalOptions): {
  scale: { logVar: Parameter } | { stdDev: tf.Tensor };
  logVar: () => Parameter;
} {
  checkExactlyOne("normal()", { logVar, stdDev });
  if (logVar !== undefined) return { scale: { logVar }, logVar: () => logVar };
  const logStdDev = logOf("normal()", "stdDev", stdDev as Parameter);
  if (typeof stdDev !== "number")
    return { scale: { stdDev: stdDev as tf.Tensor }, logVar: () => tf.mul(logStdDev(), 2) };
  const fixed = 2 * (logStdDev() as number);
  return { scale: { logVar: fixed }, logVar: () => fixed };
}
