import { ArgumentError } from "../../runtime/argument-error";
import { type ClassLabels, readClassLabels } from "../../runtime/class-labels";
import { rng } from "../../runtime/rng";
import { shuffledByClass } from "../../runtime/shuffled-by-class";

/** Options of `underSample()`. */
export interface UnderSampleOptions {
  /** How many examples a class may keep; defaults to those of the rarest class. */
  perClass?: number;
  /** Seed of the choice of what is kept; defaults to 0. */
  seed?: number;
}

/**
 * Leaves out examples of the more frequent classes until all classes are equally frequent, or with `perClass` until none has
 * more than that.
 *
 * @param labels the class of each example, int32 [examples] or a list
 * @returns the indices of the examples kept, class by class, for `tf.gather()`
 */
export function underSample(labels: ClassLabels, { perClass, seed = 0 }: UnderSampleOptions = {}): Int32Array {
  const classes = shuffledByClass(readClassLabels("underSample()", "labels", labels), rng(seed));
  const count = perClass ?? Math.min(...classes.map(({ indices }) => indices.length));
  if (!(Number.isInteger(count) && count >= 1)) {
    throw new ArgumentError("underSample()", "perClass", count, "a whole number of at least 1");
  }
  return Int32Array.from(classes.flatMap(({ indices }) => [...indices.subarray(0, count)]));
}
