import type { ClassLabels } from "../runtime/class-labels";
import { contingency } from "./contingency";

/**
 * The agreement of classes and clusters over all pairs of examples (together in both, or apart in both), corrected for the
 * agreement expected by chance for clusters of these sizes (Hubert & Arabie 1985, equation 5). It is 1 for the same partition, 0
 * on average for a random one, and negative if the agreement is worse than chance.
 *
 * @param labels the true class of each example, int32 [examples] or a list
 * @param clusters the cluster of each example, numbered in any way
 * @throws ArgumentError for labels that are not whole numbers of at least 0, and for lists of different length
 */
export function adjustedRandIndex(labels: ClassLabels, clusters: ClassLabels): number {
  const { counts, classSizes, clusterSizes, examples } = contingency("adjustedRandIndex()", labels, clusters);
  const together = pairs(counts.flat());
  const [inClass, inCluster, all] = [pairs(classSizes), pairs(clusterSizes), pairs([examples])];
  if (all === 0) return 1;
  const expected = (inClass * inCluster) / all;
  const most = (inClass + inCluster) / 2;
  // Both have a single cluster, or both only single examples. They agree, and chance cannot change that.
  return most === expected ? 1 : (together - expected) / (most - expected);
}

const pairs = (sizes: readonly number[]): number => sizes.reduce((sum, size) => sum + (size * (size - 1)) / 2, 0);
