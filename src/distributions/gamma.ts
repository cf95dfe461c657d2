import { stopGradient } from "../runtime/stop-gradient";
import { tf } from "../runtime/tensorflow";
import { buildFactorized } from "./build-factorized";
import type { Distribution } from "./distribution";
import { digamma, logGamma } from "./gamma-functions";
import { checkPositive, fullTensor, type Parameter, parameterShape, type ShapeOptions } from "./parameters";
import { safeLog, smallest } from "./positive";
import { sampleLogGamma } from "./sample-log-gamma";
import { supports } from "./support";

/** Parameters of `gamma()`. */
export interface GammaOptions extends ShapeOptions {
  /** α > 0, [batch, …event] */
  concentration: Parameter;
  /** β > 0, the inverse of the scale, [batch, …event] */
  rate: Parameter;
}

/** A gamma distribution with independent components; made by `gamma()`. */
export interface Gamma extends Distribution {
  readonly family: "gamma";
  readonly parameters: { readonly concentration: Parameter; readonly rate: Parameter };
}

/**
 * The gamma distribution, density βᵅ x^(α−1) e^(−βx)/Γ(α), with independent components.
 *
 * Samples carry gradients to both parameters (implicit reparameterisation; Figurnov et al. 2018).
 */
export function gamma({ concentration: alpha, rate: beta, shape: wanted }: GammaOptions): Gamma {
  const shape = parameterShape("gamma()", { concentration: alpha, rate: beta }, wanted);
  checkPositive("gamma()", { concentration: alpha, rate: beta });
  const distribution = buildFactorized({
    family: "gamma",
    shape,
    reparameterised: true,
    support: supports.positive,
    sample(rng, prefix) {
      const logX = sampleLogGamma(rng, fullTensor(alpha, shape), [...prefix, ...shape]);
      return tf.maximum(tf.exp(tf.sub(logX, tf.log(beta))), smallest);
    },
    logProb(x, sumEvent) {
      const constant = tf.sub(tf.mul(alpha, tf.log(beta)), logGamma(alpha));
      const density = tf.sub(tf.add(tf.mul(tf.sub(alpha, 1), safeLog(x)), constant), tf.mul(beta, x));
      const inside = stopGradient(() => tf.greater(x, 0));
      return sumEvent(tf.where(inside, density, Number.NEGATIVE_INFINITY));
    },
    mean: () => tf.div(alpha, beta),
    variance: () => tf.div(alpha, tf.square(beta)),
    // α − log β + log Γ(α) + (1 − α) ψ(α)
    entropy: () =>
      tf.add(tf.add(tf.sub(alpha, tf.log(beta)), logGamma(alpha)), tf.mul(tf.sub(1, alpha), digamma(alpha))),
  });
  return { ...distribution, parameters: { concentration: alpha, rate: beta } };
}
