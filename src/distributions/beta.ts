import { checkOptions, optionsSchema } from "../runtime/check-options";
import { tf } from "../runtime/tensorflow";
import { buildFactorized } from "./build-factorized";
import { dirichletEntropy, dirichletLogDensity } from "./dirichlet-formulas";
import type { Distribution } from "./distribution";
import { fullTensor, type Parameter, parameterShape, positiveRule, type ShapeOptions, shapeRule } from "./parameters";
import { belowOne, smallest } from "./positive";
import { sampleLogGamma } from "./sample-log-gamma";
import { supports } from "./support";

/** Parameters of `beta()`. */
export interface BetaOptions extends ShapeOptions {
  /** α > 0, [batch, …event]; pulls toward 1 */
  alpha: Parameter;
  /** β > 0, [batch, …event]; pulls toward 0 */
  beta: Parameter;
}

/** A beta distribution with independent components, created by `beta()`. */
export interface Beta extends Distribution {
  readonly family: "beta";
  readonly parameters: { readonly alpha: Parameter; readonly beta: Parameter };
}

const schema = optionsSchema<BetaOptions>({
  alpha: positiveRule,
  beta: positiveRule,
  shape: shapeRule.optional(),
});

/**
 * The beta distribution, density x^(α−1) (1−x)^(β−1)/B(α, β) on (0, 1), with independent components.
 *
 * Float32 has few numbers just below 1: at α = β = 0.1, a tenth of the draws are rounded to the largest of them.
 * `sampleWithLogProb` returns the density of a draw before rounding; `logProb` returns the density of the rounded draw.
 *
 * @throws ArgumentError for numbers out of range, tensors that are not float32 or do not broadcast, and unknown options
 */
export function beta(options: BetaOptions): Beta {
  checkOptions("beta()", schema, options);
  const { alpha: a, beta: b } = options;
  const shape = parameterShape("beta()", { alpha: a, beta: b }, options.shape);
  const total = () => tf.add(a, b);
  /** α and β as the two parts of a Dirichlet distribution, [batch, …event, 2]. */
  const both = () => tf.stack([fullTensor(a, shape), fullTensor(b, shape)], -1);
  const distribution = buildFactorized({
    family: "beta",
    shape,
    reparameterized: true,
    support: supports.openUnitInterval,
    draw(rng, prefix, sumEvent) {
      // X/(X + Y) = σ(log X − log Y) for X ~ Gamma(α, 1), Y ~ Gamma(β, 1).
      const full = [...prefix, ...shape];
      const logOdds = tf.sub(
        sampleLogGamma(rng, fullTensor(a, shape), full),
        sampleLogGamma(rng, fullTensor(b, shape), full),
      );
      return {
        sample: tf.clipByValue(tf.sigmoid(logOdds), smallest, belowOne),
        logProb() {
          const odds = tf.stack([logOdds, tf.neg(logOdds)], -1);
          // log σ(l) = −softplus(−l)
          const logParts = tf.neg(tf.softplus(tf.neg(odds)));
          return sumEvent(dirichletLogDensity(both(), tf.sigmoid(odds), logParts));
        },
      };
    },
    logProb(x, sumEvent) {
      const inside = tf.clipByValue(x, smallest, belowOne);
      return sumEvent(dirichletLogDensity(both(), tf.stack([inside, tf.sub(1, inside)], -1)));
    },
    mean: () => tf.div(a, total()),
    variance: () => tf.div(tf.mul(a, b), tf.mul(tf.square(total()), total().add(1))),
    entropy: () => dirichletEntropy(both()),
  });
  return { ...distribution, parameters: { alpha: a, beta: b } };
}
