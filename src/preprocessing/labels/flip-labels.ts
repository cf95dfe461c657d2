import { ArgumentError } from "../../runtime/argument-error";
import { checkOptions, optionsSchema } from "../../runtime/check-options";
import { type ClassLabels, readClassLabels } from "../../runtime/class-labels";
import { readValues } from "../../runtime/read-values";
import { rng } from "../../runtime/rng";
import { checkedElsewhere, probability, seedNumber, wholeNumber } from "../../runtime/rules";

/** Options of `flipLabels()`. Set either `rate` or `confusion`. */
export interface FlipLabelsOptions {
  /** The number of classes. */
  classes: number;
  /** The probability that a label is replaced by another one, in [0, 1]; all other labels are equally likely. */
  rate?: number;
  /**
   * confusion[c][d] is the probability that an example of class c gets the label d: [classes][classes], with rows that
   * sum to 1.
   */
  confusion?: readonly (readonly number[])[];
  /** Seed of the draws; defaults to 0. */
  seed?: number;
}

const schema = optionsSchema<FlipLabelsOptions>({
  classes: wholeNumber(2),
  rate: probability.optional(),
  confusion: checkedElsewhere.optional(),
  seed: seedNumber.optional(),
});

/**
 * Adds label noise: each label is drawn again given the true one, independently of the example (Natarajan et al. 2013). For the
 * same seed, labels that are wrong at a lower `rate` are also wrong at every higher rate.
 *
 * @param labels the class of each example, int32 [examples] or a list
 * @returns the noisy labels, int32 [examples]; convert them to a tensor with `tf.tensor1d(noisy, "int32")`
 * @throws ArgumentError for labels that are not classes, both or neither of rate and confusion, and rows that do not sum
 *   to 1
 */
export function flipLabels(labels: ClassLabels, options: FlipLabelsOptions): Int32Array {
  checkOptions(where, schema, options);
  const { classes, rate, confusion, seed = 0 } = options;
  if ((rate === undefined) === (confusion === undefined)) {
    throw new ArgumentError(where, "options", { rate, confusion }, "an object with either rate or confusion");
  }
  if (confusion !== undefined) checkConfusion(confusion, classes);
  const read = readClassLabels(where, "labels", labels, classes);
  const uniform = readValues(() => rng(seed).uniform([read.length]));
  const probability = (from: number, to: number): number =>
    confusion ? ((confusion[from] as readonly number[])[to] as number) : (rate as number) / (classes - 1);
  return read.map((label, i) => {
    // The other classes share [0, P(wrong)) and the true class gets the rest, so wrong labels stay wrong with more noise.
    let below = 0;
    for (let step = 1; step < classes; step++) {
      const other = (label + step) % classes;
      below += probability(label, other);
      if ((uniform[i] as number) < below) return other;
    }
    return label;
  });
}

const where = "flipLabels()";
/** The tolerance for the sum of a row. */
const rounding = 1e-6;

function checkConfusion(confusion: readonly (readonly number[])[], classes: number): void {
  const accepted = `${classes} rows of ${classes} probabilities that sum to 1`;
  const fits = (row: readonly number[]): boolean =>
    Array.isArray(row) &&
    row.length === classes &&
    row.every((p) => p >= 0 && p <= 1) &&
    Math.abs(row.reduce((sum, p) => sum + p, 0) - 1) <= rounding;
  if (!Array.isArray(confusion) || confusion.length !== classes) {
    throw new ArgumentError(where, "confusion", confusion, accepted);
  }
  const bad = confusion.findIndex((row) => !fits(row));
  if (bad >= 0) throw new ArgumentError(where, `confusion[${bad}]`, confusion[bad], accepted);
}
