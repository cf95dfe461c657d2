import { ArgumentError } from "../../runtime/argument-error";
import { checkOptions, optionsSchema } from "../../runtime/check-options";
import { type ClassLabels, readClassLabels } from "../../runtime/class-labels";
import { rng } from "../../runtime/rng";
import { seedNumber, wholeNumber } from "../../runtime/rules";
import { shuffledByClass } from "../../runtime/shuffled-by-class";

/** Options of `overSample()`. */
export interface OverSampleOptions {
  /** The resulting number of examples per class, at least that of the most frequent class, which is the default. */
  perClass?: number;
  /** Seed of the choice of examples to repeat; defaults to 0. */
  seed?: number;
}

const schema = optionsSchema<OverSampleOptions>({ perClass: wholeNumber().optional(), seed: seedNumber.optional() });

/**
 * Repeats examples of the rarer classes until all classes are equally frequent. Every example is kept, and the numbers of copies
 * within a class differ by at most one. Resample only the training split, because the model has seen a copy in the validation or
 * test data.
 *
 * @param labels the class of each example, int32 [examples] or a list
 * @returns indices, class by class, for `tf.gather()`: [perClass · classes]
 * @throws ArgumentError for labels that are not whole numbers of at least 0, and perClass below the size of the largest
 *   class
 */
export function overSample(labels: ClassLabels, options: OverSampleOptions = {}): Int32Array {
  checkOptions("overSample()", schema, options);
  const { perClass, seed = 0 } = options;
  const classes = shuffledByClass(readClassLabels("overSample()", "labels", labels), rng(seed));
  const largest = Math.max(...classes.map(({ indices }) => indices.length));
  const count = perClass ?? largest;
  if (!(count >= largest)) {
    const accepted = `a whole number of at least ${largest}, the examples of the most frequent class`;
    throw new ArgumentError("overSample()", "perClass", count, accepted);
  }
  return Int32Array.from(
    classes.flatMap(({ indices }) => Array.from({ length: count }, (_, i) => indices[i % indices.length] as number)),
  );
}
