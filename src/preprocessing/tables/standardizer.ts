import { tableBundle } from "../../display/table";
import { withDisplay } from "../../display/with-display";
import { ArgumentError } from "../../runtime/argument-error";
import { tf } from "../../runtime/tensorflow";

/** Scales columns to mean 0 and standard deviation 1, and back. Has a display in a cell. */
export interface Standardizer {
  /** The mean of each column, in its unit. */
  readonly means: Float32Array;
  /** The standard deviation of each column, in its unit; 1 for a constant column. */
  readonly stdDevs: Float32Array;
  /** Converts from the columns' units to standard deviations from the mean, float32 [examples, columns]. */
  transform(x: tf.Tensor2D): tf.Tensor2D;
  /** Converts from standard deviations from the mean to the columns' units, float32 [examples, columns]. */
  inverseTransform(z: tf.Tensor2D): tf.Tensor2D;
}

/**
 * Computes the means and standard deviations of columns from the training examples only. Missing values (NaN) are ignored and
 * stay missing. The standardizer owns no native memory.
 *
 * @param training float32 [examples, columns]
 * @throws ArgumentError for another shape, and for a column with only missing values
 */
export function standardizer(training: tf.Tensor2D): Standardizer {
  if (!(training instanceof tf.Tensor && !training.isDisposed && training.rank === 2 && training.size > 0)) {
    throw new ArgumentError(where, "training", training, "a tensor of shape [examples, columns]");
  }
  const columns = training.shape[1];
  const [means, stdDevs] = tf.tidy(() => {
    const known = tf.logicalNot(tf.isNaN(training)).toFloat();
    const count = known.sum(0);
    const mean = tf.where(known.toBool(), training, tf.zerosLike(training)).sum(0).div(count);
    const deviations = tf.where(known.toBool(), training.sub(mean), tf.zerosLike(training));
    return [mean, deviations.square().sum(0).div(count).sqrt()].map((row) => row.dataSync() as Float32Array);
  }) as [Float32Array, Float32Array];
  const empty = means.findIndex((mean) => Number.isNaN(mean));
  if (empty >= 0)
    throw new ArgumentError(where, "training", training, `a table with at least one value in column ${empty}`);
  // A constant column must not be divided by its standard deviation, which may be slightly above 0 because of rounding.
  const scales = stdDevs.map((stdDev, column) => (stdDev > 1e-6 * Math.abs(means[column] as number) ? stdDev : 1));
  const check = (argument: string, x: tf.Tensor2D): void => {
    if (x instanceof tf.Tensor && !x.isDisposed && x.rank === 2 && x.shape[1] === columns) return;
    throw new ArgumentError(where, argument, x, `a tensor of shape [examples, ${columns}]`);
  };
  const standardizer: Standardizer = {
    means,
    stdDevs: scales,
    transform(x) {
      check("x", x);
      return tf.tidy(() => x.sub(tf.tensor1d(means)).div(tf.tensor1d(scales)) as tf.Tensor2D);
    },
    inverseTransform(z) {
      check("z", z);
      return tf.tidy(() => z.mul(tf.tensor1d(scales)).add(tf.tensor1d(means)) as tf.Tensor2D);
    },
  };
  return withDisplay(standardizer, () =>
    tableBundle(
      `Standardizer of ${columns} ${columns === 1 ? "column" : "columns"}`,
      ["column", "mean", "standard deviation"],
      Array.from(means, (mean, column) => [column, mean, scales[column]]),
    ),
  );
}

const where = "standardizer()";
