import { ArgumentError } from "../../runtime/argument-error";
import { type ClassLabels, readClassLabels } from "../../runtime/class-labels";

/**
 * Weights that give all classes the same total weight: N / (K n_c) for class c with n_c of the N examples, for K classes (King &
 * Zeng 2001). Their mean over the examples is 1, so a weighted mean of losses keeps its scale. For the weight of each example,
 * which `predictor()` and `supervisedVae()` accept, use `tf.gather(tf.tensor1d(classWeights(labels)), labels)`.
 *
 * @param labels the class of each example, int32 [examples] or a list; every class from 0 to the largest must occur
 * @returns a weight for each class, [classes]
 * @throws ArgumentError for labels that are not whole numbers of at least 0, and for a class without examples
 */
export function classWeights(labels: ClassLabels): number[] {
  const read = readClassLabels("classWeights()", "labels", labels);
  const counts: number[] = Array(read.reduce((last, label) => Math.max(last, label), 0) + 1).fill(0);
  for (const label of read) counts[label] = (counts[label] as number) + 1;
  const absent = counts.indexOf(0);
  if (absent >= 0) {
    const accepted = `of at least one example of each class from 0 to ${counts.length - 1}`;
    throw new ArgumentError("classWeights()", "labels", `none of class ${absent}`, accepted);
  }
  return counts.map((count) => read.length / (counts.length * count));
}
