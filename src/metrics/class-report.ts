import { sum } from "d3-array";
import type { ClassLabels } from "../runtime/class-labels";
import { type ConfusionCountsOptions, countConfusions } from "./confusion-counts";

/** How well one class was recognized. */
export interface ClassReportRow {
  /** The class. */
  label: number;
  /** How many examples it has. */
  support: number;
  /** The share of its examples that were recognized; NaN without examples. */
  recall: number;
  /** The share of what was taken for it that was right; NaN where nothing was. */
  precision: number;
  /** The harmonic mean of the two, 2 TP / (2 TP + FP + FN), which is 0 for a class that is never predicted; NaN without either. */
  f1: number;
}

/**
 * Recall, precision and F1 of every class (van Rijsbergen 1979, chapter 7): one row per class, which `aq.from()` reads.
 *
 * @param labels the true class of each example, int32 [examples] or a list
 * @param predicted the predicted class of each
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
