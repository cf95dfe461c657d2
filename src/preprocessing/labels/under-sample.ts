import { checkOptions, optionsSchema } from "../../runtime/check-options";
import { type ClassLabels, readClassLabels } from "../../runtime/class-labels";
import { rng } from "../../runtime/rng";
import { seedNumber, wholeNumber } from "../../runtime/rules";
import { shuffledByClass } from "../../runtime/shuffled-by-class";

/** Options of `underSample()`. */
export interface UnderSampleOptions {
  /** The maximum number of examples to keep per class; defaults to the size of the rarest class. */
  perClass?: number;
  /** Seed of the choice of examples to keep; defaults to 0. */
  seed?: number;
}

const schema = optionsSchema<UnderSampleOptions>({ perClass: wholeNumber().optional(), seed: seedNumber.optional() });

/**
 * Drops examples of the more frequent classes until all classes are equally frequent or, with `perClass`, until no class has
 * more examples than that.
 *
 * @param labels the class of each example, int32 [examples] or a list
 * @returns the indices of the remaining examples, class by class, int32, for `tf.gather()`
 * @throws ArgumentError for labels that are not whole numbers of at least 0, and options out of range
 */
export function underSample(labels: ClassLabels, options: UnderSampleOptions = {}): Int32Array {
  checkOptions("underSample()", schema, options);
  const { perClass, seed = 0 } = options;
  const classes = shuffledByClass(readClassLabels("underSample()", "labels", labels), rng(seed));
  const count = perClass ?? Math.min(...classes.map(({ indices }) => indices.length));
  return Int32Array.from(classes.flatMap(({ indices }) => [...indices.subarray(0, count)]));
}
