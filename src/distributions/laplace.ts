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
import { belowOne, exponents, timesExp } from "./positive";
import { supports } from "./support";

/** Parameters of `laplace()`: the mean, and either the scale or its logarithm. */
export interface LaplaceOptions extends ShapeOptions {
  /** μ, [batch, …event] */
  mean: Parameter;
  /** b > 0, [batch, …event]; the variance is 2b² */
  scale?: Parameter;
  /** log b, [batch, …event]; the alternative to scale. It is not bounded, so keep a learned one above about −10 */
  logScale?: Parameter;
}

/** A Laplace distribution with independent components, created by `laplace()`. */
export interface Laplace extends Distribution {
  readonly family: "laplace";
  /** As they were given; log b in any case. Where a tensor b was given, reading log b makes a new tensor. */
  readonly parameters: { readonly mean: Parameter; readonly logScale: Parameter; readonly scale?: Parameter };
}

const schema = optionsSchema<LaplaceOptions>({
  mean: parameterRule,
  scale: positiveRule.optional(),
  logScale: parameterRule.optional(),
  shape: shapeRule.optional(),
});

/**
 * The Laplace distribution, density exp(−|x − μ|/b)/(2b), with independent components.
 *
 * @throws ArgumentError for numbers out of range, tensors that are not float32 or do not broadcast, and unknown options
 */
export function laplace(options: LaplaceOptions): Laplace {
  checkOptions("laplace()", schema, options);
  const { mean, scale, logScale: given, shape: wanted } = options;
  checkExactlyOne("laplace()", { scale, logScale: given });
  const logScale = given === undefined ? logOf("laplace()", "scale", scale as Parameter) : () => given;
  const parameters =
    scale instanceof tf.Tensor ? withComputed({ mean, scale }, "logScale", logScale) : { mean, logScale: logScale() };
  const shape = parameterShape("laplace()", { ...parameters }, wanted);
  const distribution = buildFactorized({
    family: "laplace",
    shape,
    reparameterized: true,
    support: supports.real,
    sample(rng, prefix) {
      // −sign(u) log(1 − |u|) for u uniform in (−1, 1); u = −1, which the generator can return, would give infinity.
      const u = rng
        .uniform([...prefix, ...shape])
        .mul(2)
        .sub(1);
      const magnitude = tf.log1p(tf.neg(tf.minimum(tf.abs(u), belowOne)));
      const factor = tf.exp(tf.minimum(tf.mul(logScale(), 1), exponents.greatest));
      return tf.sub(mean, tf.mul(factor, tf.mul(tf.sign(u), magnitude)));
    },
    logProb(x, sumEvent) {
      const logB = logScale();
      const distance = scaledDistance(tf.sub(x, mean), logB);
      return tf.neg(sumEvent(tf.add(distance, tf.add(logB, Math.LN2))));
    },
    mean: () => mean,
    variance: () => tf.exp(tf.mul(logScale(), 2)).mul(2),
    entropy: () => tf.add(logScale(), 1 + Math.LN2),
  });
  return { ...distribution, parameters };
}

/** |d|/b for log b. |d| is computed as d sign(d), because its derivative at 0 is 0, while that of tf.abs is −1. */
export function scaledDistance(difference: tf.Tensor, logScale: Parameter): tf.Tensor {
  return tf.mul(timesExp(difference, tf.neg(logScale)), tf.sign(difference));
}
