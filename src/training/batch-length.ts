import type { Phase } from "../objectives/phase";
import { ArgumentError } from "../runtime/argument-error";
import type { CheckedData } from "./training-data";

/**
 * How many examples the next batch takes. The last batch of an epoch takes what is left; a rest that is smaller than the
 * phases need joins the batch before it, so that every example is used and no loss receives too few.
 *
 * @param left examples not used yet
 * @param minimum the fewest examples that every phase can use
 */
export function batchLength(left: number, batchSize: number, minimum: number): number {
  const rest = left - batchSize;
  return rest < minimum ? left : batchSize;
}

/** How many batches of the next one's length follow each other, itself included. */
export function equalBatches(left: number, batchSize: number, minimum: number): number {
  const length = batchLength(left, batchSize, minimum);
  let count = 1;
  for (let rest = left - length; rest > 0; rest -= length) {
    if (batchLength(rest, batchSize, minimum) !== length) break;
    count++;
  }
  return count;
}

/** The fewest examples that all phases can use. */
export const minimumBatch = (phases: readonly Phase[]): number =>
  Math.max(1, ...phases.map(({ minimumBatch = 1 }) => minimumBatch));

/** @throws ArgumentError where the data or the batches have fewer examples than the phases need */
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
