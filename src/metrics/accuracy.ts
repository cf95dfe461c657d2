import { sum } from "d3-array";
import type { ClassLabels } from "../runtime/class-labels";
import { countConfusions } from "./confusion-counts";

/**
 * The share of the examples whose class was predicted, in [0, 1]. Where classes are not equally frequent it says little of the rare
 * ones: see `balancedAccuracy()`.
 *
 * @param labels the true class of each example, int32 [examples] or a list
 * @param predicted the predicted class of each
 */
export function accuracy(labels: ClassLabels, predicted: ClassLabels): number {
  const counts = countConfusions("accuracy()", labels, predicted);
  const right = counts.reduce((sum, row, c) => sum + (row[c] as number), 0);
  return right / sum(counts.flat());
}
