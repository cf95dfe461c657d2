import { sum } from "d3-array";
import { ArgumentError } from "../runtime/argument-error";
import { type ClassLabels, readClassLabels } from "../runtime/class-labels";

/** The contingency table of classes and clusters, with its margins. */
export interface Contingency {
  /** [classes][clusters] */
  readonly counts: readonly (readonly number[])[];
  readonly classSizes: readonly number[];
  readonly clusterSizes: readonly number[];
  readonly examples: number;
}

/**
 * Counts the examples in each pair of class and cluster. Labels that do not occur are omitted.
 *
 * @throws ArgumentError for labels that are not whole numbers, and for lists of different lengths
 */
export function contingency(where: string, labels: ClassLabels, clusters: ClassLabels): Contingency {
  const [a, b] = [readClassLabels(where, "labels", labels), readClassLabels(where, "clusters", clusters)];
  if (a.length !== b.length) {
    throw new ArgumentError(where, "the length of clusters", b.length, `${a.length}, one per label`);
  }
  const [rows, columns] = [placesOf(a), placesOf(b)];
  const counts = Array.from(rows, () => Array<number>(columns.size).fill(0));
  a.forEach((label, i) => {
    const row = counts[rows.get(label) as number] as number[];
    const column = columns.get(b[i] as number) as number;
    row[column] = (row[column] as number) + 1;
  });
  return {
    counts,
    classSizes: counts.map((row) => sum(row)),
    clusterSizes: Array.from(columns.values(), (k) => sum(counts, (row) => row[k])),
    examples: a.length,
  };
}

/** An index for each number that occurs, in ascending order. */
export const placesOf = (values: Int32Array): Map<number, number> =>
  new Map([...new Set(values)].sort((x, y) => x - y).map((value, place) => [value, place]));
