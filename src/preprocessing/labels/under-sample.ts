import { checkOptions, optionsSchema } from "../../runtime/check-options";
import { type ClassLabels, readClassLabels } from "../../runtime/class-labels";
import { rng } from "../../runtime/rng";
import { seedNumber, wholeNumber } from "../../runtime/rules";
import { shuffledByClass } from "../../runtime/shuffled-by-class";

/** Options of `underSample()`. */
export interface UnderSampleOptions {
  /** How many examples a class may keep; defaults to those of the rarest class. */
  perClass?: number;
  /** Seed of the choice of what is kept; defaults to 0. */
  seed?: number;
}

const schema = optionsSchema<UnderSampleOptions>({ perClass: wholeNumber().optional(), seed: seedNumber.optional() });

/**
 * Leaves out examples of the more frequent classes until all classes are equally frequent, or with `perClass` until none has
 * more than that.
 *
 * @param labels the class of each example, int32 [examples] or a list
 * @returns the indices of the examples kept, class by class, for `tf.gather()`
 */
export function underSample(labels: ClassLabels, options: UnderSampleOptions = {}): Int32Array {
  checkOptions("underSample()", schema, options);
  const { perClass, seed = 0 } = options;
  const classes = shuffledByClass(readClassLabels("underSample()", "labels", labels), rng(seed));
  const count = perClass ?? Math.min(...classes.map(({ indices }) => indices.length));
  return Int32Array.from(classes.flatMap(({ indices }) => [...indices.subarray(0, count)]));
}
