import type { Phase } from "../objectives/phase";
import { ArgumentError } from "../runtime/argument-error";
import type { CheckedData } from "./training-data";

/**
 * The size of the next batch. The last batch of an epoch contains the remaining examples. If these are fewer than the
 * phases need, they are merged into the batch before, so every example is used and no loss receives too few.
 *
 * @param left the number of examples not used yet
 * @param minimum the smallest batch that all phases accept
 */
export function batchLength(left: number, batchSize: number, minimum: number): number {
  const rest = left - batchSize;
  return rest < minimum ? left : batchSize;
}

/** The number of consecutive batches that are as long as the next one, including it. */
export function equalBatches(left: number, batchSize: number, minimum: number): number {
  const length = batchLength(left, batchSize, minimum);
  let count = 1;
  for (let rest = left - length; rest > 0; rest -= length) {
    if (batchLength(rest, batchSize, minimum) !== length) break;
    count++;
  }
  return count;
}

/** The smallest batch that all phases accept. */
export const minimumBatch = (phases: readonly Phase[]): number =>
  Math.max(1, ...phases.map(({ minimumBatch = 1 }) => minimumBatch));

/** @throws ArgumentError if the data or the batches have fewer examples than the phases need */
export function checkBatches(
  where: string,
  phases: readonly Phase[],
  batchSize: number,
  data: Readonly<Record<string, CheckedData | undefined>>,
): void {
  const minimum = minimumBatch(phases);
  const accepted = `at least ${minimum}, the fewest examples the model can compute its loss from`;
  if (batchSize < minimum) throw new ArgumentError(where, "batchSize", batchSize, accepted);
  for (const [name, checked] of Object.entries(data)) {
    if (checked === undefined || checked.size >= minimum) continue;
    throw new ArgumentError(where, `the number of examples of ${name}`, checked.size, accepted);
  }
}
