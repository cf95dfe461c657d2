import { sum } from "d3-array";
import type { ClassLabels } from "../runtime/class-labels";
import { countConfusions } from "./confusion-counts";

/**
 * The share of examples whose class was predicted correctly, in [0, 1]. If some classes are rare, it says little about them; see
 * `balancedAccuracy()`.
 *
 * @param labels the true class of each example, int32 [examples] or a list
 * @param predicted the predicted class of each example
 * @throws ArgumentError for labels that are not whole numbers of at least 0, and for lists of different length
 */
export function accuracy(labels: ClassLabels, predicted: ClassLabels): number {
  const counts = countConfusions("accuracy()", labels, predicted);
  const right = counts.reduce((sum, row, c) => sum + (row[c] as number), 0);
  return right / sum(counts.flat());
}
