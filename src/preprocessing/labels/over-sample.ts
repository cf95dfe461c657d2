import { ArgumentError } from "../../runtime/argument-error";
import { type ClassLabels, readClassLabels } from "../../runtime/class-labels";
import { rng } from "../../runtime/rng";
import { shuffledByClass } from "../../runtime/shuffled-by-class";

/** Options of `overSample()`. */
export interface OverSampleOptions {
  /** How many examples of every class there are to be; defaults to those of the most frequent class, and is at least that. */
  perClass?: number;
  /** Seed of the choice of what is repeated; defaults to 0. */
  seed?: number;
}

/**
 * Repeats examples of the rarer classes until all classes are equally frequent. Every example is there, and those of a class
 * equally often to within one. Only ever resample the training split: a copy in the validation or test data has been seen.
 *
 * @param labels the class of each example, int32 [examples] or a list
 * @returns indices, class by class, for `tf.gather()`: [perClass · classes]
 */
export function overSample(labels: ClassLabels, { perClass, seed = 0 }: OverSampleOptions = {}): Int32Array {
  const classes = shuffledByClass(readClassLabels("overSample()", "labels", labels), rng(seed));
  const largest = Math.max(...classes.map(({ indices }) => indices.length));
  const count = perClass ?? largest;
  if (!(Number.isInteger(count) && count >= largest)) {
    const accepted = `a whole number of at least ${largest}, the examples of the most frequent class`;
    throw new ArgumentError("overSample()", "perClass", count, accepted);
  }
  return Int32Array.from(
    classes.flatMap(({ indices }) => Array.from({ length: count }, (_, i) => indices[i % indices.length] as number)),
  );
}
