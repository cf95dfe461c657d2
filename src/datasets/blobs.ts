import { ArgumentError } from "../runtime/argument-error";
import { checkSizes } from "../runtime/check-sizes";
import { type Rng, rng } from "../runtime/rng";
import { tf } from "../runtime/tensorflow";

/** Options of `blobs()`. */
export interface BlobsOptions {
  /** How many points, in equal parts of all blobs as far as the number allows; defaults to 1000. */
  examples?: number;
  /** How many blobs, 2 or more and at most as many as points; defaults to 4. */
  centers?: number;
  /** Of the space that the points are in; defaults to 2. */
  dimensions?: number;
  /** The distance of the two centers that are nearest to each other; defaults to 10. */
  separation?: number;
  /** The standard deviation of the points around their center in each dimension, at least 0; defaults to 1. */
  spread?: number;
  /** Seed of the centers and of the points; defaults to 0. */
  seed?: number;
}

/** Points around centers, and which center each is around. */
export interface Blobs {
  readonly name: string;
  /** float32 [examples, dimensions], in random order */
  readonly x: tf.Tensor2D;
  /** The blob of each point, int32 [examples]. */
  readonly labels: tf.Tensor1D;
  /** float32 [centers, dimensions] */
  readonly centers: tf.Tensor2D;
  /** Gives the native memory back; the tensors cannot be used afterwards. */
  dispose(): void;
}

/**
 * Normal heaps of points, to try clustering on: a case whose answer is known. The directions of the centers are random; their scale
 * is such that the two nearest are `separation` apart, so that the clustering is about as hard for every seed.
 *
 * @throws ArgumentError for options out of range
 */
export function blobs(options: BlobsOptions = {}): Blobs {
  const { examples = 1000, centers: count = 4, dimensions = 2, separation = 10, spread = 1, seed = 0 } = options;
  checkSizes(where, "examples", [examples]);
  checkSizes(where, "dimensions", [dimensions]);
  checkSizes(where, "centers", [count], { smallest: 2 });
  if (count > examples) throw new ArgumentError(where, "centers", count, `at most the ${examples} examples`);
  if (!(separation > 0 && separation < Number.POSITIVE_INFINITY)) {
    throw new ArgumentError(where, "separation", separation, "a finite number above 0");
  }
  if (!(spread >= 0 && spread < Number.POSITIVE_INFINITY)) {
    throw new ArgumentError(where, "spread", spread, "a finite number of at least 0");
  }
  const [places, order, around] = rng(seed).split(3) as [Rng, Rng, Rng];
  const tensors = tf.tidy(() => {
    const directions = places.normal([count, dimensions]) as tf.Tensor2D;
    const centers = directions.mul(separation / smallestDistance(directions)) as tf.Tensor2D;
    const labels = order.permutation(examples).mod(tf.scalar(count, "int32")) as tf.Tensor1D;
    const x = tf.gather(centers, labels).add(around.normal([examples, dimensions]).mul(spread)) as tf.Tensor2D;
    return { x, labels, centers };
  });
  return { name: "blobs", ...tensors, dispose: () => tf.dispose(Object.values(tensors)) };
}

const where = "blobs()";

function smallestDistance(points: tf.Tensor2D): number {
  const rows = points.arraySync();
  const distances = rows.flatMap((a, i) =>
    rows.slice(i + 1).map((b) => Math.hypot(...a.map((x, j) => x - (b[j] as number)))),
  );
  return Math.min(...distances);
}
