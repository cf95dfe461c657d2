import { tf } from "../runtime/tensorflow";
import { buildFactorized } from "./build-factorized";
import type { Distribution } from "./distribution";
import { checkOneOf, logOf, type Parameter, parameterShape, type ShapeOptions } from "./parameters";
import { belowOne } from "./positive";
import { supports } from "./support";

/** Parameters of `laplace()`: the mean, and either the scale or its logarithm. */
export interface LaplaceOptions extends ShapeOptions {
  /** μ, [batch, …event] */
  mean: Parameter;
  /** b > 0, [batch, …event]; the variance is 2b² */
  scale?: Parameter;
  /** log b, [batch, …event]; the alternative to scale */
  logScale?: Parameter;
}

/** A Laplace distribution with independent components; made by `laplace()`. */
export interface Laplace extends Distribution {
  readonly family: "laplace";
  readonly parameters: { readonly mean: Parameter; readonly logScale: Parameter };
}

/** The Laplace distribution, density exp(−|x − μ|/b)/(2b), with independent components. */
export function laplace({ mean, scale, logScale: given, shape: wanted }: LaplaceOptions): Laplace {
  checkOneOf("laplace()", { scale, logScale: given });
  const logScale = given ?? logOf("laplace()", "scale", scale as Parameter);
  const shape = parameterShape("laplace()", { mean, logScale }, wanted);
  const distribution = buildFactorized({
    family: "laplace",
    shape,
    reparameterised: true,
    support: supports.real,
    sample(rng, prefix) {
      // −sign(u) log(1 − |u|) for u uniform in (−1, 1); u = −1, which the generator can give, would be infinite.
      const u = rng
        .uniform([...prefix, ...shape])
        .mul(2)
        .sub(1);
      const magnitude = tf.log1p(tf.neg(tf.minimum(tf.abs(u), belowOne)));
      return tf.sub(mean, tf.mul(tf.exp(logScale), tf.mul(tf.sign(u), magnitude)));
    },
    logProb(x, sumEvent) {
      const difference = tf.sub(x, mean);
      // |d| as d sign(d): its derivative at 0 is 0; that of tf.abs is −1.
      const distance = tf.mul(difference, tf.sign(difference));
      return tf.neg(sumEvent(tf.add(tf.mul(distance, tf.exp(tf.neg(logScale))), tf.add(logScale, Math.LN2))));
    },
    mean: () => mean,
    variance: () => tf.exp(tf.mul(logScale, 2)).mul(2),
    entropy: () => tf.add(logScale, 1 + Math.LN2),
  });
  return { ...distribution, parameters: { mean, logScale } };
}
