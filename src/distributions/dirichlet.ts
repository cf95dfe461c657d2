import { checkOptions, optionsSchema } from "../runtime/check-options";
import { tf } from "../runtime/tensorflow";
import { buildDistribution } from "./build-distribution";
import { sumOver } from "./build-factorized";
import { classShape } from "./categorical";
import { complement } from "./complement";
import { dirichletEntropy, dirichletLogDensity } from "./dirichlet-formulas";
import type { Distribution } from "./distribution";
import { classesRule } from "./parameters";
import { smallest } from "./positive";
import { sampleLogGamma } from "./sample-log-gamma";
import { supports } from "./support";

/** Parameters of `dirichlet()`. */
export interface DirichletOptions {
  /** α > 0, [batch, …event, classes] */
  concentration: tf.Tensor;
}

/** A distribution over rows of probabilities, created by `dirichlet()`. */
export interface Dirichlet extends Distribution {
  readonly family: "dirichlet";
  readonly parameters: { readonly concentration: tf.Tensor };
}

const schema = optionsSchema<DirichletOptions>({
  concentration: classesRule,
});

/**
 * The Dirichlet distribution on the simplex, density Π xₖ^(αₖ−1) Γ(Σα)/Π Γ(αₖ); draws are [batch, …event, classes].
 *
 * `logProb` is −Infinity for rows that do not sum to 1 up to rounding. Components of a draw that would underflow are set to the
 * smallest float; `sampleWithLogProb` returns the density of a draw before rounding.
 *
 * @throws ArgumentError for a concentration of another type or shape, and unknown options
 */
export function dirichlet(options: DirichletOptions): Dirichlet {
  checkOptions("dirichlet()", schema, options);
  const { concentration: alpha } = options;
  const shape = classShape("dirichlet()", alpha, "concentration");
  const sumRows = sumOver(shape.length - 2);
  const mean = () => tf.div(alpha, tf.sum(alpha, -1, true));
  const distribution = buildDistribution({
    family: "dirichlet",
    shape,
    reparameterized: true,
    support: supports.simplex,
    draw(rng, prefix) {
      // X/ΣX = softmax(log X) for Xₖ ~ Gamma(αₖ, 1).
      const logGammas = sampleLogGamma(rng, alpha, [...prefix, ...shape]);
      const parts = tf.softmax(logGammas);
      return {
        sample: tf.maximum(parts, smallest),
        logProb: () => sumRows(dirichletLogDensity(alpha, parts, tf.logSoftmax(logGammas))),
      };
    },
    logProb: (x) => sumRows(dirichletLogDensity(alpha, tf.relu(x))),
    mean,
    variance: () => tf.div(tf.mul(mean(), complement(mean())), tf.sum(alpha, -1, true).add(1)),
    entropy: () => sumRows(dirichletEntropy(alpha)),
  });
  return { ...distribution, parameters: { concentration: alpha } };
}
