import { linearSumAssignment } from "linear-sum-assignment";
import type { ClassLabels } from "../runtime/class-labels";
import { contingency } from "./contingency";

/**
 * The share of examples in the right cluster, under the best one-to-one assignment of clusters to classes (Kuhn 1955; Yang et al.
 * 2010, equation 11). Because this assignment uses the classes, even random clusters score more than 1 / classes. Clusters
 * without a class count as wrong.
 *
 * @param labels the true class of each example, int32 [examples] or a list
 * @param clusters the cluster of each example, numbered in any way
 * @throws ArgumentError for labels that are not whole numbers of at least 0, and for lists of different length
 */
export function clusteringAccuracy(labels: ClassLabels, clusters: ClassLabels): number {
  const { counts, examples } = contingency("clusteringAccuracy()", labels, clusters);
  const { rowAssignments } = linearSumAssignment(
    counts.map((row) => [...row]),
    { maximaze: true },
  );
  let right = 0;
  rowAssignments.forEach((cluster, label) => {
    right += cluster < 0 ? 0 : (counts[label]?.[cluster] ?? 0);
  });
  return right / examples;
}
