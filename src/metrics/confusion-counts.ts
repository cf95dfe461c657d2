import { ArgumentError } from "../runtime/argument-error";
import { checkOptions, optionsSchema } from "../runtime/check-options";
import { type ClassLabels, readClassLabels } from "../runtime/class-labels";
import { wholeNumber } from "../runtime/rules";

/** Options of the metrics that count by class. */
export interface ConfusionCountsOptions {
  /** How many classes there are; defaults to one more than the greatest label. */
  classes?: number;
}

const schema = optionsSchema<ConfusionCountsOptions>({
  classes: wholeNumber().optional(),
});

/**
 * How often each class was taken for each class; `confusionMatrix()` draws it.
 *
 * @param labels the true class of each example, int32 [examples] or a list
 * @param predicted the predicted class of each
 * @returns [classes][classes]: the row is the true class, the column the predicted one
 */
export function confusionCounts(
  labels: ClassLabels,
  predicted: ClassLabels,
  options: ConfusionCountsOptions = {},
): number[][] {
  return countConfusions("confusionCounts()", labels, predicted, options);
}

/** The same for another metric, which is named in errors. */
export function countConfusions(
  where: string,
  labels: ClassLabels,
  predicted: ClassLabels,
  options: ConfusionCountsOptions = {},
): number[][] {
  checkOptions(where, schema, options);
  const { classes } = options;
  const truth = readClassLabels(where, "labels", labels, classes);
  const guesses = readClassLabels(where, "predicted", predicted, classes);
  if (guesses.length !== truth.length) {
    throw new ArgumentError(where, "the length of predicted", guesses.length, `${truth.length}, one per label`);
  }
  const greatest = (values: Int32Array): number => values.reduce((most, value) => Math.max(most, value), 0);
  const size = classes ?? Math.max(greatest(truth), greatest(guesses)) + 1;
  const counts = Array.from({ length: size }, () => Array<number>(size).fill(0));
  truth.forEach((label, i) => {
    const row = counts[label] as number[];
    const guess = guesses[i] as number;
    row[guess] = (row[guess] as number) + 1;
  });
  return counts;
}
