import { readValues } from "./read-values";
import type { Rng } from "./rng";

/** The examples of one class. */
export interface ClassMembers {
  /** The class. */
  label: number;
  /** The indices of its examples, at least one. */
  indices: Int32Array;
}

/**
 * The examples of every class that occurs, by ascending label. Within a class, the order is random and depends only on
 * the stream, the label and the number of examples in the class.
 */
export function shuffledByClass(labels: Int32Array, rng: Rng): ClassMembers[] {
  const members = new Map<number, number[]>();
  labels.forEach((label, i) => {
    const found = members.get(label);
    if (found) found.push(i);
    else members.set(label, [i]);
  });
  return [...members]
    .sort(([a], [b]) => a - b)
    .map(([label, indices]) => {
      const order = readValues<"int32">(() => rng.fold(label).permutation(indices.length));
      return { label, indices: order.map((place) => indices[place] as number) };
    });
}
