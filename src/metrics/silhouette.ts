import { ArgumentError } from "../runtime/argument-error";
import { type ClassLabels, readClassLabels } from "../runtime/class-labels";
import { readValues } from "../runtime/read-values";
import { tf } from "../runtime/tensorflow";
import { placesOf } from "./contingency";

/** The result of `silhouette()`. */
export interface Silhouette {
  /** The mean over the examples, in [−1, 1]. */
  readonly score: number;
  /** The value of each example, [examples]. */
  readonly values: Float32Array;
}

/** The size of the largest tensor of a step (differences between some points and all points): 16 MB. */
const numbersPerStep = 4e6;

/**
 * How well examples fit their clusters (Rousseeuw 1987): (b − a)/max(a, b), where a is the mean distance of an example to the
 * other examples of its cluster, and b is the mean distance to those of the nearest other cluster. Near 1, the clusters are far
 * apart; near 0, they touch; below 0, the example is nearer to another cluster. An example that is alone in its cluster has the
 * value 0. No classes are needed. All pairs are compared, so the time is proportional to examples² · dimensions (10,000 codes
 * with 10 dimensions take some seconds).
 *
 * @param points [examples, dimensions], float32 or int32
 * @param clusters the cluster of each example, int32 [examples] or a list; at least two clusters, and fewer clusters than
 *   examples
 * @throws ArgumentError for points with another shape or not finite, for lists of different length, and for an
 *   unsuitable number of clusters
 */
export function silhouette(points: tf.Tensor2D, clusters: ClassLabels): Silhouette {
  const where = "silhouette()";
  if (!(points instanceof tf.Tensor && !points.isDisposed && points.rank === 2 && points.size > 0)) {
    throw new ArgumentError(where, "points", points, "a tensor of shape [examples, dimensions]");
  }
  const [examples] = points.shape;
  const given = readClassLabels(where, "clusters", clusters);
  if (given.length !== examples) {
    throw new ArgumentError(where, "the length of clusters", given.length, `${examples}, one per point`);
  }
  const places = placesOf(given);
  if (places.size < 2 || places.size >= examples) {
    const accepted = `from 2 to ${examples - 1}, one less than there are points`;
    throw new ArgumentError(where, "the number of clusters", places.size, accepted);
  }
  const place = given.map((number) => places.get(number) as number);
  const values = readValues(() => {
    const member = tf.oneHot(tf.tensor1d(place, "int32"), places.size).toFloat();
    const sizes = tf.sum(member, 0);
    const all = points.toFloat() as tf.Tensor2D;
    const rows = Math.max(1, Math.floor(numbersPerStep / points.size));
    const parts: tf.Tensor1D[] = [];
    for (let from = 0; from < examples; from += rows) {
      const count = Math.min(rows, examples - from);
      parts.push(tf.tidy(() => valuesOf(all, all.slice([from, 0], [count, -1]), member, sizes, from)));
    }
    return tf.concat(parts);
  });
  if (values.some(Number.isNaN)) {
    throw new ArgumentError(where, "points", "numbers that are not finite", "finite numbers");
  }
  return { score: values.reduce((sum, value) => sum + value, 0) / examples, values };
}

/** The values of the points that start at index `from`. */
function valuesOf(all: tf.Tensor2D, part: tf.Tensor2D, member: tf.Tensor, sizes: tf.Tensor, from: number): tf.Tensor1D {
  const sums = tf.matMul(distances(part, all), member as tf.Tensor2D); // [part, clusters]
  const own = member.slice([from, 0], [part.shape[0], -1]);
  const ownSize = tf.sum(tf.mul(own, sizes), 1);
  const alone = tf.equal(ownSize, 1);
  const a = tf.div(tf.sum(tf.mul(sums, own), 1), tf.maximum(tf.sub(ownSize, 1), 1));
  const elsewhere = tf.where(tf.cast(own, "bool"), tf.fill(own.shape, Number.POSITIVE_INFINITY), tf.div(sums, sizes));
  const b = tf.min(elsewhere, 1);
  const value = tf.divNoNan(tf.sub(b, a), tf.maximum(a, b));
  return tf.where(alone, tf.zerosLike(value), value) as tf.Tensor1D;
}

/**
 * Distances from each point of `part` to each point of `all`. They use differences, because |x|² + |y|² − 2xy loses
 * precision for close points.
 */
const distances = (part: tf.Tensor2D, all: tf.Tensor2D): tf.Tensor2D =>
  tf.sqrt(tf.sum(tf.squaredDifference(tf.expandDims(part, 1), tf.expandDims(all, 0)), 2)) as tf.Tensor2D;
