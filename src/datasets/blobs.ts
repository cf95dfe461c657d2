import { factsBundle } from "../display/table";
import { withDisplay } from "../display/with-display";
import { ArgumentError } from "../runtime/argument-error";
import { checkOptions, optionsSchema } from "../runtime/check-options";
import { type Rng, rng } from "../runtime/rng";
import { nonNegative, positive, seedNumber, wholeNumber } from "../runtime/rules";
import { tf } from "../runtime/tensorflow";

/** Options of `blobs()`. */
export interface BlobsOptions {
  /** The total number of points; the sizes of the blobs differ by at most one. Defaults to 1000. */
  examples?: number;
  /** The number of blobs, from 2 to the number of points; defaults to 4. */
  centers?: number;
  /** The number of coordinates of a point; defaults to 2. */
  dimensions?: number;
  /** The distance between the two nearest centers; defaults to 10. */
  separation?: number;
  /** The standard deviation of the points around their center in each dimension, at least 0; defaults to 1. */
  spread?: number;
  /** Seed of the centers and of the points; defaults to 0. */
  seed?: number;
}

/** Points around centers, with the label of each. Has a display in a cell. */
export interface Blobs {
  readonly name: string;
  /** float32 [examples, dimensions], in random order */
  readonly x: tf.Tensor2D;
  /** The blob of each point, int32 [examples]. */
  readonly labels: tf.Tensor1D;
  /** float32 [centers, dimensions] */
  readonly centers: tf.Tensor2D;
  /** Frees the native memory; the tensors cannot be used afterward. */
  dispose(): void;
}

/**
 * Normal clusters of points: a clustering problem with known labels. The centers have random directions and are scaled so that
 * the two nearest are `separation` apart, which makes the problem about equally hard for every seed.
 *
 * @throws ArgumentError for options out of range
 */
export function blobs(options: BlobsOptions = {}): Blobs {
  checkOptions(where, schema, options);
  const { examples = 1000, centers: count = 4, dimensions = 2, separation = 10, spread = 1, seed = 0 } = options;
  if (count > examples) throw new ArgumentError(where, "centers", count, `at most the ${examples} examples`);
  const [places, order, around] = rng(seed).split(3) as [Rng, Rng, Rng];
  const tensors = tf.tidy(() => {
    const directions = places.normal([count, dimensions]) as tf.Tensor2D;
    const centers = directions.mul(separation / smallestDistance(directions)) as tf.Tensor2D;
    const labels = order.permutation(examples).mod(tf.scalar(count, "int32")) as tf.Tensor1D;
    const x = tf.gather(centers, labels).add(around.normal([examples, dimensions]).mul(spread)) as tf.Tensor2D;
    return { x, labels, centers };
  });
  const set: Blobs = { name: "blobs", ...tensors, dispose: () => tf.dispose(Object.values(tensors)) };
  return withDisplay(set, () =>
    factsBundle("blobs", { points: examples, dimensions, blobs: count, separation, spread }),
  );
}

const where = "blobs()";
const schema = optionsSchema<BlobsOptions>({
  examples: wholeNumber().optional(),
  centers: wholeNumber(2).optional(),
  dimensions: wholeNumber().optional(),
  separation: positive.optional(),
  spread: nonNegative.optional(),
  seed: seedNumber.optional(),
});

function smallestDistance(points: tf.Tensor2D): number {
  const rows = points.arraySync();
  const distances = rows.flatMap((a, i) =>
    rows.slice(i + 1).map((b) => Math.hypot(...a.map((x, j) => x - (b[j] as number)))),
  );
  return Math.min(...distances);
}
