import { stopGradient } from "../runtime/stop-gradient";
import { tf } from "../runtime/tensorflow";

/** The examples over which an error is pooled at least. */
const pool = 100;

/** The logarithm of a mean error, pooled over recent examples. */
export interface PooledLogError {
  /** log of the pooled error, a scalar, and the number of examples pooled so far; both are set and not trained. */
  readonly variables: readonly [logError: tf.Variable, examples: tf.Variable];
  /**
   * Takes in a batch.
   *
   * @param errors the error of each component, [batch, …data]
   * @param weight what each example counts for, [batch]; defaults to 1
   */
  update(errors: tf.Tensor, weight?: tf.Tensor): void;
}

/**
 * Pools the mean error of batches: over the whole batch, or, where a batch has fewer than 100 examples, over the last 100
 * (a moving average in which each example counts 1/100). A small rest at the end of an epoch thus moves the value by its
 * share and no more. Before 100 examples have been seen, it is the mean over all of them.
 *
 * @param smallest the least value of the logarithm
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
        // With a share of 1, exactly the batch's own mean.
        const pooled = tf.add(tf.mul(tf.exp(logError), tf.sub(1, share)), tf.mul(mean, share));
        return tf.stack([tf.maximum(tf.log(pooled), smallest), seen]);
      });
      logError.assign(tf.squeeze(tf.slice(next, 0, 1)));
      examples.assign(tf.squeeze(tf.slice(next, 1, 1)));
    },
  };
}

/** Keeps a batch whose weights are all zero from dividing by zero. */
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
