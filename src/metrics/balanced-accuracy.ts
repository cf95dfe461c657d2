import { mean, sum } from "d3-array";
import type { ClassLabels } from "../runtime/class-labels";
import { countConfusions } from "./confusion-counts";

/**
 * The mean recall of the classes that occur, in [0, 1] (Brodersen et al. 2010). This is the accuracy if all classes were equally
 * frequent. Predicting the same class for every example scores 1 / classes, no matter how rare the others are.
 *
 * @param labels the true class of each example, int32 [examples] or a list
 * @param predicted the predicted class of each example
 * @throws ArgumentError for labels that are not whole numbers of at least 0, and for lists of different length
 */
export function balancedAccuracy(labels: ClassLabels, predicted: ClassLabels): number {
  const recalls = countConfusions("balancedAccuracy()", labels, predicted)
    .map((row, c) => (row[c] as number) / sum(row))
    .filter((recall) => !Number.isNaN(recall));
  return mean(recalls) as number;
}
