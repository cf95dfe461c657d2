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
  /** q(z | x) of the minibatch, over [latent]. */
  posterior: Normal;
  /** One draw for each example, in the same order, [batch, latentDim]. */
  z: tf.Tensor2D;
  /** KL(q(z | x) ‖ p(z)), [batch], nats. */
  rate: R;
  /** N, the number of examples of the data set that the minibatch was taken from, without replacement. */
  examples: number;
  /** How the minibatch represents the data set; defaults to "weighted". */
  estimator?: AggregateEstimator;
}

/** The three parts of a rate, which they add up to; each [batch], nats. */
export interface MinibatchRateParts {
  /** log q(z | x) − log q(z): on average the information I(x; z) that codes carry on the index of their example. */
  readonly indexCodeMutualInformation: PerExample;
  /** log q(z) − Σⱼ log q(zⱼ): on average KL(q(z) ‖ Πⱼ q(zⱼ)), how far the latent dimensions are from independent. */
  readonly totalCorrelation: PerExample;
  /** What is left of the rate: on average Σⱼ KL(q(zⱼ) ‖ p(zⱼ)) for a prior of independent dimensions. */
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
 * The rate of a minibatch in three parts (Chen et al. 2018, equation 2), with q(z) = (1/N) Σₙ q(z | xₙ) estimated from the
 * minibatch alone.
 *
 * The estimates of log q(z) are biased, because few examples represent many and a logarithm is taken: "weighted" far below,
 * "stratified" below too, although its estimate of q(z) itself is not biased. So a total correlation here may be far off or
 * negative, which the true one cannot be; it is a direction to train along, not a result. `rateDecomposition()` measures the real one.
 *
 * The third part is the remainder of the rate rather than an estimate of its own, so that a rate in closed form stays one: with
 * equal weights on all parts the estimates cancel.
 *
 * @throws ArgumentError for shapes that do not fit, and a minibatch larger than the data set
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
