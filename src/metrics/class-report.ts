import { sum } from "d3-array";
import type { ClassLabels } from "../runtime/class-labels";
import { type ConfusionCountsOptions, countConfusions } from "./confusion-counts";

/** The metrics of one class. */
export interface ClassReportRow {
  /** The class. */
  label: number;
  /** The number of its examples. */
  support: number;
  /** The share of its examples that were predicted as this class; NaN without examples. */
  recall: number;
  /** The share of correct predictions among the predictions of this class; NaN if it is never predicted. */
  precision: number;
  /**
   * The harmonic mean of recall and precision, 2 TP / (2 TP + FP + FN). It is 0 for a class that is never predicted,
   * and NaN if there are no examples either.
   */
  f1: number;
}

/**
 * Recall, precision and F1 of every class (van Rijsbergen 1979, chapter 7): one row per class, in a form that
 * `aq.from()` reads.
 *
 * @param labels the true class of each example, int32 [examples] or a list
 * @param predicted the predicted class of each example
 * @throws ArgumentError for labels that are not whole numbers of at least 0, and for lists of different length
 */
export function classReport(
  labels: ClassLabels,
  predicted: ClassLabels,
  options: ConfusionCountsOptions = {},
): ClassReportRow[] {
  const counts = countConfusions("classReport()", labels, predicted, options);
  return counts.map((row, label) => {
    const right = row[label] as number;
    const support = sum(row);
    const guessed = sum(counts.map((other) => other[label] as number));
    return {
      label,
      support,
      recall: right / support,
      precision: right / guessed,
      f1: (2 * right) / (support + guessed),
    };
  });
}
