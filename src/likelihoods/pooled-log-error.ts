import { stopGradient } from "../runtime/stop-gradient";
import { tf } from "../runtime/tensorflow";

/** The minimum number of examples to pool. */
const pool = 100;

/** The logarithm of the mean error, pooled over recent examples. */
export interface PooledLogError {
  /**
   * The logarithm of the pooled error, and the number of examples pooled so far (at most 100). Scalars that are set, not trained.
   */
  readonly variables: readonly [logError: tf.Variable, examples: tf.Variable];
  /**
   * Adds a batch.
   *
   * @param errors the error of each component, [batch, …data]
   * @param weight the weight of each example, [batch]; defaults to 1
   */
  update(errors: tf.Tensor, weight?: tf.Tensor): void;
}

/**
 * Pools the mean error over recent examples. With at least 100 examples in a batch, it is the mean over the batch. With fewer, it
 * is a moving average in which each example has the weight 1/100, so a small last batch of an epoch changes it only a little.
 * Until 100 examples have been seen, it is the mean over all of them.
 *
 * @param smallest the smallest value of the logarithm
 */
export function pooledLogError(smallest: number): PooledLogError {
  const [logError, examples] = tf.tidy(() => [tf.variable(tf.scalar(0), false), tf.variable(tf.scalar(0), false)]) as [
    tf.Variable,
    tf.Variable,
  ];
  return {
    variables: [logError, examples],
    update(errors, weight) {
      const next = stopGradient(() => {
        const { mean, count } = weight === undefined ? plainMean(errors) : weightedMean(errors, weight);
        const seen = tf.minimum(tf.add(examples, count), pool);
        const share = tf.minimum(tf.div(count, tf.maximum(seen, smallestCount)), 1);
        // If the share is 1, this is exactly the mean of the batch.
        const pooled = tf.add(tf.mul(tf.exp(logError), tf.sub(1, share)), tf.mul(mean, share));
        return tf.stack([tf.maximum(tf.log(pooled), smallest), seen]);
      });
      logError.assign(tf.squeeze(tf.slice(next, 0, 1)));
      examples.assign(tf.squeeze(tf.slice(next, 1, 1)));
    },
  };
}

/** Prevents a division by zero if all weights of a batch are zero. */
const smallestCount = 1e-12;

function plainMean(errors: tf.Tensor): { mean: tf.Tensor; count: tf.Tensor | number } {
  return { mean: tf.mean(errors), count: errors.shape[0] as number };
}

function weightedMean(errors: tf.Tensor, weight: tf.Tensor): { mean: tf.Tensor; count: tf.Tensor } {
  const batch = errors.shape[0] as number;
  const count = tf.sum(weight);
  const ofExamples = tf.mean(tf.reshape(errors, [batch, -1]), 1);
  return { mean: tf.div(tf.sum(tf.mul(ofExamples, weight)), tf.maximum(count, smallestCount)), count };
}
