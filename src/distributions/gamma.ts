import { checkOptions, optionsSchema } from "../runtime/check-options";
import { tf } from "../runtime/tensorflow";
import { buildFactorized } from "./build-factorized";
import { deviance } from "./deviance";
import type { Distribution } from "./distribution";
import { digammaError, stirlingError } from "./gamma-functions";
import { fullTensor, type Parameter, parameterShape, positiveRule, type ShapeOptions, shapeRule } from "./parameters";
import { exponents, largest, safeLog, smallest } from "./positive";
import { sampleLogGamma } from "./sample-log-gamma";
import { supports } from "./support";

/** Parameters of `gamma()`. */
export interface GammaOptions extends ShapeOptions {
  /** α > 0, [batch, …event] */
  concentration: Parameter;
  /** β > 0, the inverse of the scale, [batch, …event] */
  rate: Parameter;
}

/** A gamma distribution with independent components, created by `gamma()`. */
export interface Gamma extends Distribution {
  readonly family: "gamma";
  readonly parameters: { readonly concentration: Parameter; readonly rate: Parameter };
}

const schema = optionsSchema<GammaOptions>({
  concentration: positiveRule,
  rate: positiveRule,
  shape: shapeRule.optional(),
});

/** log 2π */
const log2Pi = Math.log(2 * Math.PI);

/**
 * The gamma distribution, density βᵅ x^(α−1) e^(−βx)/Γ(α), with independent components.
 *
 * Samples have gradients for both parameters (implicit reparameterization; Figurnov et al. 2018). Draws below the
 * smallest float are set to that float; `sampleWithLogProb` returns the density of a draw before rounding.
 *
 * @throws ArgumentError for numbers out of range, tensors that are not float32 or do not broadcast, and unknown options
 */
export function gamma(options: GammaOptions): Gamma {
  checkOptions("gamma()", schema, options);
  const { concentration: alpha, rate: beta } = options;
  const shape = parameterShape("gamma()", { concentration: alpha, rate: beta }, options.shape);
  /** log Γ-density of x by y = βx: −deviance(α, y) + ½ log(α/2π) − δ(α) − log x, by Stirling's formula. */
  const logDensity = (logX: tf.Tensor, y: tf.Tensor, logY: tf.Tensor) => {
    const full = fullTensor(alpha, shape);
    const logPeak = tf.sub(tf.log(full).sub(log2Pi).mul(0.5), stirlingError(full));
    return tf.sub(logPeak, tf.add(deviance(full, y, logY), logX));
  };
  const distribution = buildFactorized({
    family: "gamma",
    shape,
    reparameterized: true,
    support: supports.positive,
    draw(rng, prefix, sumEvent) {
      const logY = sampleLogGamma(rng, fullTensor(alpha, shape), [...prefix, ...shape]);
      const logX = tf.sub(logY, tf.log(beta));
      return {
        sample: tf.maximum(tf.exp(tf.minimum(logX, exponents.greatest)), smallest),
        logProb: () => sumEvent(logDensity(logX, tf.exp(tf.minimum(logY, exponents.greatest)), logY)),
      };
    },
    logProb(x, sumEvent) {
      const inside = tf.clipByValue(x, smallest, largest);
      const logX = safeLog(inside);
      const y = tf.clipByValue(tf.mul(inside, beta), 0, largest);
      return sumEvent(logDensity(logX, y, tf.add(logX, tf.log(beta))));
    },
    mean: () => tf.div(alpha, beta),
    variance: () => tf.div(alpha, tf.square(beta)),
    // α − log β + log Γ(α) + (1 − α) ψ(α), in which the terms of order α log α cancel
    entropy() {
      const full = fullTensor(alpha, shape);
      return tf.addN([
        tf.sub(
          tf
            .log(full)
            .add(1 + log2Pi)
            .mul(0.5),
          fullTensor(tf.log(beta), shape),
        ),
        stirlingError(full),
        tf.div(-0.5, full),
        tf.mul(tf.sub(1, full), digammaError(full)),
      ]);
    },
  });
  return { ...distribution, parameters: { concentration: alpha, rate: beta } };
}
