import { ArgumentError } from "../runtime/argument-error";
import { checkOptions, optionsSchema } from "../runtime/check-options";
import { type ClassLabels, readClassLabels } from "../runtime/class-labels";
import { wholeNumber } from "../runtime/rules";

/** Options of the metrics that count by class. */
export interface ConfusionCountsOptions {
  /** The number of classes; defaults to one more than the largest label. */
  classes?: number;
}

const schema = optionsSchema<ConfusionCountsOptions>({
  classes: wholeNumber().optional(),
});

/**
 * Counts how often each class was predicted for each true class. `confusionMatrix()` draws the counts.
 *
 * @param labels the true class of each example, int32 [examples] or a list
 * @param predicted the predicted class of each example
 * @returns [classes][classes]: rows are true classes, columns are predicted classes
 * @throws ArgumentError for labels that are not whole numbers of at least 0, and for lists of different length
 */
export function confusionCounts(
  labels: ClassLabels,
  predicted: ClassLabels,
  options: ConfusionCountsOptions = {},
): number[][] {
  return countConfusions("confusionCounts()", labels, predicted, options);
}

/** The same for another metric, which errors name. */
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
