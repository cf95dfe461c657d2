import type { ClassLabels } from "../runtime/class-labels";
import { contingency } from "./contingency";

/**
 * I(class; cluster) divided by the mean of the two entropies, in [0, 1]: 1 if each determines the other, 0 if they are
 * independent (Strehl & Ghosh 2002; here with the arithmetic mean, as in scikit-learn). It needs no assignment of clusters to
 * classes. Many small clusters raise it by chance; `adjustedRandIndex()` corrects for that. If there is only one class and one
 * cluster, it is 1.
 *
 * @param labels the true class of each example, int32 [examples] or a list
 * @param clusters the cluster of each example, numbered in any way
 * @throws ArgumentError for labels that are not whole numbers of at least 0, and for lists of different length
 */
export function normalizedMutualInformation(labels: ClassLabels, clusters: ClassLabels): number {
  const { counts, classSizes, clusterSizes, examples } = contingency("normalizedMutualInformation()", labels, clusters);
  const entropies = entropy(classSizes, examples) + entropy(clusterSizes, examples);
  if (entropies === 0) return 1;
  const information = entropies - entropy(counts.flat(), examples);
  return Math.min(1, Math.max(0, information / (entropies / 2)));
}

/** H of the frequencies, nats. */
const entropy = (counts: readonly number[], examples: number): number =>
  counts.reduce((sum, count) => (count === 0 ? sum : sum - (count / examples) * Math.log(count / examples)), 0);
