import { checkOptions, optionsSchema } from "../runtime/check-options";
import { tf } from "../runtime/tensorflow";
import { buildDistribution } from "./build-distribution";
import { sumOver } from "./build-factorized";
import { classShape } from "./categorical";
import type { Distribution } from "./distribution";
import { logSumExp } from "./log-sum-exp";
import { classesRule, type Parameter, positiveRule } from "./parameters";
import { safeLog } from "./positive";
import { supports } from "./support";

/** Parameters of `relaxedCategorical()`. */
export interface RelaxedCategoricalOptions {
  /** Unnormalized log-probabilities, [batch, …event, classes] */
  logits: tf.Tensor;
  /** τ > 0, a number or a scalar tensor; near 0, draws are nearly one-hot */
  temperature: Parameter;
}

/** A continuous relaxation of a categorical distribution, created by `relaxedCategorical()`. */
export interface RelaxedCategorical extends Distribution {
  readonly family: "relaxedCategorical";
  readonly parameters: { readonly logits: tf.Tensor; readonly temperature: Parameter };
}

const schema = optionsSchema<RelaxedCategoricalOptions>({
  logits: classesRule,
  temperature: positiveRule,
});

/**
 * The relaxed categorical (Gumbel-softmax, Concrete) distribution on the simplex: Jang et al. 2017, Maddison et al. 2017.
 *
 * Draws are rows of positive numbers with sum 1, [batch, …event, classes], and have gradients. At low temperatures,
 * components of a draw underflow to 0. `logProb` then uses the smallest float for them; `sampleWithLogProb` returns the
 * density of a draw before rounding.
 *
 * @throws ArgumentError for logits of another type or shape, a temperature out of range, and unknown options
 */
export function relaxedCategorical(options: RelaxedCategoricalOptions): RelaxedCategorical {
  checkOptions("relaxedCategorical()", schema, options);
  const { logits, temperature } = options;
  const shape = classShape("relaxedCategorical()", logits);
  const classes = shape.at(-1) as number;
  const sumChoices = sumOver(shape.length - 2);
  // log (K − 1)!
  const logFactorial = Array.from({ length: classes - 1 }, (_, i) => Math.log(i + 1)).reduce((a, b) => a + b, 0);
  /** Maddison et al. 2017, equation 10: (K−1)! τ^(K−1) Π αₖ xₖ^(−τ−1) / (Σ αₖ xₖ^(−τ))^K, with α = exp(logits). */
  const logDensity = (logX: tf.Tensor) => {
    const scores = tf.sub(logits, tf.mul(logX, temperature));
    const products = tf.sum(tf.sub(scores, logX), -1);
    const constant = tf.add(tf.mul(tf.log(temperature), classes - 1), logFactorial);
    return sumChoices(tf.sub(tf.add(products, constant), logSumExp(scores, -1).mul(classes)));
  };
  const distribution = buildDistribution({
    family: "relaxedCategorical",
    shape,
    reparameterized: true,
    support: supports.simplex,
    draw(rng, prefix) {
      const scores = tf.div(tf.add(logits, rng.gumbel([...prefix, ...shape])), temperature);
      return { sample: tf.softmax(scores), logProb: () => logDensity(tf.logSoftmax(scores)) };
    },
    logProb: (x) => logDensity(safeLog(x)),
  });
  return { ...distribution, parameters: { logits, temperature } };
}
