import { stopGradient } from "../runtime/stop-gradient";
import { tf } from "../runtime/tensorflow";
import { buildFactorized } from "./build-factorized";
import type { Distribution } from "./distribution";
import { digamma, logGamma } from "./gamma-functions";
import { checkPositive, fullTensor, type Parameter, parameterShape, type ShapeOptions } from "./parameters";
import { belowOne, safeLog, smallest } from "./positive";
import { sampleLogGamma } from "./sample-log-gamma";
import { supports } from "./support";

/** Parameters of `beta()`. */
export interface BetaOptions extends ShapeOptions {
  /** α > 0, [batch, …event]; pulls toward 1 */
  alpha: Parameter;
  /** β > 0, [batch, …event]; pulls toward 0 */
  beta: Parameter;
}

/** A beta distribution with independent components; made by `beta()`. */
export interface Beta extends Distribution {
  readonly family: "beta";
  readonly parameters: { readonly alpha: Parameter; readonly beta: Parameter };
}

/** The beta distribution, density x^(α−1) (1−x)^(β−1)/B(α, β) on (0, 1), with independent components. */
export function beta({ alpha: a, beta: b, shape: wanted }: BetaOptions): Beta {
  const shape = parameterShape("beta()", { alpha: a, beta: b }, wanted);
  checkPositive("beta()", { alpha: a, beta: b });
  const total = () => tf.add(a, b);
  const logBeta = () => tf.sub(tf.add(logGamma(a), logGamma(b)), logGamma(total()));
  const distribution = buildFactorized({
    family: "beta",
    shape,
    reparameterised: true,
    support: supports.openUnitInterval,
    sample(rng, prefix) {
      // X/(X + Y) = σ(log X − log Y) for X ~ Gamma(α, 1), Y ~ Gamma(β, 1).
      const full = [...prefix, ...shape];
      const logOdds = tf.sub(
        sampleLogGamma(rng, fullTensor(a, shape), full),
        sampleLogGamma(rng, fullTensor(b, shape), full),
      );
      return tf.clipByValue(tf.sigmoid(logOdds), smallest, belowOne);
    },
    logProb(x, sumEvent) {
      const powers = tf.add(tf.mul(tf.sub(a, 1), safeLog(x)), tf.mul(tf.sub(b, 1), safeLog(tf.sub(1, x))));
      const inside = stopGradient(() => supports.openUnitInterval.contains(x));
      return sumEvent(tf.where(inside, tf.sub(powers, logBeta()), Number.NEGATIVE_INFINITY));
    },
    mean: () => tf.div(a, total()),
    variance: () => tf.div(tf.mul(a, b), tf.mul(tf.square(total()), total().add(1))),
    // log B(α, β) − (α−1) ψ(α) − (β−1) ψ(β) + (α+β−2) ψ(α+β)
    entropy: () =>
      tf
        .sub(logBeta(), tf.add(tf.mul(tf.sub(a, 1), digamma(a)), tf.mul(tf.sub(b, 1), digamma(b))))
        .add(tf.mul(total().sub(2), digamma(total()))),
  });
  return { ...distribution, parameters: { alpha: a, beta: b } };
}
