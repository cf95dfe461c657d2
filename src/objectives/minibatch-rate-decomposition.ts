import { logSumExp } from "../distributions/log-sum-exp";
import type { Normal } from "../distributions/normal";
import { tensorRule } from "../distributions/parameters";
import { type PerExample, perExample } from "../distributions/per-example";
import { ArgumentError } from "../runtime/argument-error";
import { checkOptions, optionsSchema } from "../runtime/check-options";
import { accepts, oneOf, wholeNumber } from "../runtime/rules";
import { tf } from "../runtime/tensorflow";
import { type AggregateEstimator, aggregateLogWeights } from "./aggregate-log-weights";
import { pairwiseLogDensities } from "./pairwise-log-densities";

/** A minibatch for `minibatchRateDecomposition()`. */
export interface MinibatchRateOptions<R extends PerExample = PerExample> {
  /** q(z | x) of the minibatch, with event shape [latentDim]. */
  posterior: Normal;
  /** One draw for each example, in the same order, [batch, latentDim]. */
  z: tf.Tensor2D;
  /** KL(q(z | x) ‖ p(z)), [batch], nats. */
  rate: R;
  /** N, the number of examples in the data set. The minibatch is drawn from it without replacement. */
  examples: number;
  /** How the minibatch represents the data set; defaults to "weighted". */
  estimator?: AggregateEstimator;
}

/** The three parts of a rate, each [batch], in nats. Their sum is the rate. */
export interface MinibatchRateParts {
  /** log q(z | x) − log q(z): on average, I(x; z), the information that codes carry about the index of their example. */
  readonly indexCodeMutualInformation: PerExample;
  /** log q(z) − Σⱼ log q(zⱼ): on average, KL(q(z) ‖ Πⱼ q(zⱼ)), how far the latent dimensions are from independent. */
  readonly totalCorrelation: PerExample;
  /** The rest of the rate: on average, Σⱼ KL(q(zⱼ) ‖ p(zⱼ)) for a prior with independent dimensions. */
  readonly dimensionWiseKl: PerExample;
}

const schema = optionsSchema<MinibatchRateOptions>({
  posterior: accepts<Normal>(
    (q) => (q as Normal | undefined)?.family === "normal",
    "a normal distribution over [latent]",
  ),
  z: tensorRule,
  rate: tensorRule,
  examples: wholeNumber(),
  estimator: oneOf("weighted", "stratified").optional(),
});

/**
 * Splits the rate of a minibatch into three parts (Chen et al. 2018, equation 2), with q(z) = (1/N) Σₙ q(z | xₙ) estimated from
 * the minibatch only.
 *
 * The estimates of log q(z) are biased, because few examples represent many and a logarithm is applied. "weighted" is far too
 * low. "stratified" is also too low, although its estimate of q(z) itself is unbiased. The total correlation here may therefore
 * be far off, or even negative, which is impossible for the true one. Use it to train, and use `rateDecomposition()` to report
 * results.
 *
 * The third part is the remainder of the rate, not a separate estimate. If all parts have the same weight, the estimates
 * cancel, and a closed-form rate stays exact.
 *
 * @throws ArgumentError for shapes that do not match, and a minibatch larger than the data set
 */
export function minibatchRateDecomposition<R extends PerExample>(options: MinibatchRateOptions<R>): MinibatchRateParts {
  const where = "minibatchRateDecomposition()";
  checkOptions(where, schema, options);
  const { posterior, z, rate, examples, estimator = "weighted" } = options;
  const shape = [posterior.batch, ...posterior.eventShape];
  if (!(z instanceof tf.Tensor && z.rank === 2 && tf.util.arraysEqual(z.shape, shape))) {
    throw new ArgumentError(where, "z", z, `of shape [${shape}], one draw for each example`);
  }
  if (!(rate instanceof tf.Tensor && rate.rank === 1 && rate.shape[0] === posterior.batch)) {
    throw new ArgumentError(where, "rate", rate, `of shape [${posterior.batch}], one number for each example`);
  }
  return tf.tidy(() => {
    const pairs = pairwiseLogDensities(posterior, z);
    const logWeights = aggregateLogWeights(posterior.batch, examples, estimator);
    const logAggregate = logSumExp(tf.add(tf.sum(pairs, 2), logWeights), 1);
    const logMarginals = tf.sum(logSumExp(tf.add(pairs, tf.expandDims(logWeights, 2)), 1), 1);
    const indexCodeMutualInformation = perExample(tf.sub(posterior.logProb(z), logAggregate));
    const totalCorrelation = perExample(tf.sub(logAggregate, logMarginals));
    const dimensionWiseKl = perExample(tf.sub(rate, tf.add(indexCodeMutualInformation, totalCorrelation)));
    return { indexCodeMutualInformation, totalCorrelation, dimensionWiseKl };
  });
}
