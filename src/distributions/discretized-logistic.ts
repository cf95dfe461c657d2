import { checkOptions, optionsSchema } from "../runtime/check-options";
import { wholeNumber } from "../runtime/rules";
import { stopGradient } from "../runtime/stop-gradient";
import { tf } from "../runtime/tensorflow";
import { buildFactorized } from "./build-factorized";
import { finiteLog } from "./categorical";
import type { Distribution } from "./distribution";
import { type Parameter, parameterRule, parameterShape, type ShapeOptions, shapeRule } from "./parameters";
import { exponents, smallest } from "./positive";
import type { Support } from "./support";

/** Parameters of `discretizedLogistic()`. */
export interface DiscretizedLogisticOptions extends ShapeOptions {
  /** μ, in units of the data, [batch, …event] */
  mean: Parameter;
  /** log s, [batch, …event]; keep it above about −10 if it is learned */
  logScale: Parameter;
  /** The number of gray levels, at least 2; defaults to 256 */
  levels?: number;
}

/** A distribution of gray levels as rounded logistic variables, created by `discretizedLogistic()`. */
export interface DiscretizedLogistic extends Distribution {
  readonly family: "discretizedLogistic";
  readonly parameters: { readonly mean: Parameter; readonly logScale: Parameter; readonly levels: number };
}

const schema = optionsSchema<DiscretizedLogisticOptions>({
  mean: parameterRule,
  logScale: parameterRule,
  levels: wholeNumber(2).optional(),
  shape: shapeRule.optional(),
});

/**
 * A logistic variable rounded to the nearest of `levels` gray levels 0, 1/(levels − 1), …, 1, with independent components:
 * Kingma et al. 2016 (IAF), section 5.1; Salimans et al. 2017 (PixelCNN++), section 2.1.
 *
 * `logProb` is the log-probability of a level, so it can be converted to bits per dimension. Mass below 0 or above 1
 * counts for the first or last level. `mean()`, `variance()` and `entropy()` are sums over all levels.
 *
 * @throws ArgumentError for numbers out of range, tensors that are not float32 or do not broadcast, and unknown options
 */
export function discretizedLogistic(options: DiscretizedLogisticOptions): DiscretizedLogistic {
  checkOptions("discretizedLogistic()", schema, options);
  const { mean, logScale, levels = 256 } = options;
  const shape = parameterShape("discretizedLogistic()", { mean, logScale }, options.shape);
  const steps = levels - 1;
  const half = 0.5 / steps;
  // A scale below e^−80 puts all mass on one level anyway, and its inverse must not overflow.
  const inverseScale = () => tf.exp(tf.minimum(tf.mul(logScale, -1), 80));

  /** Log-probability of a level, element by element. */
  const logMass = (x: tf.Tensor) => {
    const centered = tf.sub(x, mean);
    const upper = tf.mul(centered.add(half), inverseScale());
    const lower = tf.mul(centered.sub(half), inverseScale());
    const notTop = stopGradient(() => tf.less(x, 1 - half).toFloat());
    const notBottom = stopGradient(() => tf.greater(x, half).toFloat());
    // log(σ(b) − σ(a)) = log σ(b) + log σ(−a) + log(1 − e^(a − b)): this avoids a difference of nearly equal numbers. At the
    // first and last level, one of the two edges is at infinity, and only log σ(b) or log σ(−a) remains.
    const width = tf.mul(inverseScale(), 2 * half);
    const inner = tf.log(tf.maximum(tf.neg(tf.expm1(tf.neg(width))), smallest));
    return tf
      .mul(tf.mul(notTop, notBottom), inner)
      .sub(tf.mul(notTop, tf.softplus(tf.neg(upper))))
      .sub(tf.mul(notBottom, tf.softplus(lower)));
  };

  /** Σ over the levels of p(level) · f(level, log p(level)), one level at a time, to limit memory. */
  const expectation = (f: (value: number, logP: tf.Tensor) => tf.Tensor | number) =>
    sumLevels(levels, (level) => {
      const value = level / steps;
      const logP = logMass(tf.scalar(value));
      return tf.mul(tf.exp(logP), f(value, finiteLog(logP)));
    });

  /** E[level] = Σ P(X > level), and P(X > k) = σ((μ − edge)/s). */
  const expected = () =>
    sumLevels(steps, (level) => tf.sigmoid(tf.mul(tf.sub(mean, (level + 0.5) / steps), inverseScale()))).div(steps);

  const distribution = buildFactorized({
    family: "discretizedLogistic",
    shape,
    reparameterized: false,
    support: levelSupport(steps),
    sample(rng, prefix) {
      // log(u/(1 − u)) is standard logistic.
      const u = tf.maximum(rng.uniform([...prefix, ...shape]), smallest);
      const logit = tf.sub(tf.log(u), tf.log1p(tf.neg(u)));
      const x = tf.add(mean, tf.mul(tf.exp(tf.minimum(tf.mul(logScale, 1), exponents.greatest)), logit));
      return tf.round(tf.clipByValue(x, 0, 1).mul(steps)).div(steps);
    },
    logProb: (x, sumEvent) => sumEvent(logMass(x)),
    mean: expected,
    variance() {
      const center = expected();
      return expectation((value) => tf.square(tf.sub(value, center)));
    },
    entropy: () => tf.neg(expectation((_, logP) => logP)),
  });
  return { ...distribution, parameters: { mean, logScale, levels } };
}

function sumLevels(count: number, term: (level: number) => tf.Tensor): tf.Tensor {
  let sum = tf.tidy(() => term(0));
  for (let level = 1; level < count; level++) {
    const next = tf.tidy(() => tf.add(sum, term(level)));
    sum.dispose();
    sum = next;
  }
  return sum;
}

function levelSupport(steps: number): Support {
  return {
    description: `multiples of 1/${steps} in [0, 1]`,
    contains(x) {
      const level = tf.mul(x, steps);
      const nearest = tf.clipByValue(tf.round(level), 0, steps);
      return tf.lessEqual(tf.abs(tf.sub(level, nearest)), levelTolerance);
    },
  };
}

/** The tolerance, in levels, for the float32 rounding of k/255. */
const levelTolerance = 1e-3;
