import { ArgumentError } from "../../runtime/argument-error";
import { checkOptions, optionsSchema } from "../../runtime/check-options";
import { type ClassLabels, readClassLabels } from "../../runtime/class-labels";
import { rng } from "../../runtime/rng";
import { checkedElsewhere, probability, seedNumber, wholeNumber } from "../../runtime/rules";

/** Options of `flipLabels()`: how labels go wrong, by one of `rate` and `confusion`. */
export interface FlipLabelsOptions {
  /** How many classes there are. */
  classes: number;
  /** The probability that a label is replaced by one of the others, each as likely: in [0, 1]. */
  rate?: number;
  /** confusion[c][d]: the probability that an example of class c is labeled d. [classes][classes], rows that sum to 1. */
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
 * Makes labels wrong: each is drawn again, given the true one, independently of the example (Natarajan et al. 2013). With one seed, the
 * labels that are wrong at a lower `rate` are wrong at every higher one too.
 *
 * @param labels the class of each example, int32 [examples] or a list
 * @returns the noisy labels, int32 [examples]; `tf.tensor1d(noisy, "int32")` makes a tensor of them
 */
export function flipLabels(labels: ClassLabels, options: FlipLabelsOptions): Int32Array {
  checkOptions(where, schema, options);
  const { classes, rate, confusion, seed = 0 } = options;
  if ((rate === undefined) === (confusion === undefined)) {
    throw new ArgumentError(where, "options", { rate, confusion }, "an object with either rate or confusion");
  }
  if (confusion !== undefined) checkConfusion(confusion, classes);
  const read = readClassLabels(where, "labels", labels, classes);
  const draws = rng(seed).uniform([read.length]);
  const uniform = draws.dataSync();
  draws.dispose();
  const probability = (from: number, to: number): number =>
    confusion ? ((confusion[from] as readonly number[])[to] as number) : (rate as number) / (classes - 1);
  return read.map((label, i) => {
    // The other classes fill [0, P(wrong)) in turn and the true one the rest, so labels that were wrong stay wrong with more noise.
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
/** By how much the sum of a row may differ from 1. */
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
