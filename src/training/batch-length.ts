import type { Phase } from "../objectives/phase";
import { ArgumentError } from "../runtime/argument-error";
import type { CheckedData } from "./training-data";

/**
 * The number of examples in the next batch. The last batch of an epoch contains the remaining examples. If fewer than `minimum`
 * would remain, they are merged into the batch before. So every example is used, and no batch is too small.
 *
 * @param left the number of examples that have not been used in this epoch
 * @param minimum the smallest batch allowed, at most `batchSize`: `minimumBatch` or `minimumTrainingBatch`
 */
export function batchLength(left: number, batchSize: number, minimum: number): number {
  const rest = left - batchSize;
  return rest < minimum ? left : batchSize;
}

/** The number of batches before the last one. Each has `batchSize` examples. */
export const batchesBeforeLast = (left: number, batchSize: number, minimum: number): number =>
  Math.max(0, Math.floor((left - minimum) / batchSize));

/** The number of consecutive batches that have the same size as the next one, including the next one. */
export function equalBatches(left: number, batchSize: number, minimum: number): number {
  const before = batchesBeforeLast(left, batchSize, minimum);
  const last = left - before * batchSize;
  return before === 0 || last === batchSize ? before + 1 : before;
}

/** The smallest batch that all phases accept. */
export const minimumBatch = (phases: readonly Phase[]): number =>
  Math.max(1, ...phases.map(({ minimumBatch = 1 }) => minimumBatch));

/**
 * The smallest batch in training: half the batch size, or the minimum of the phases if that is larger. Adam's step has about the
 * same length for one example as for a full batch. A small batch would move the variables just as far, along a much noisier
 * gradient.
 */
export const minimumTrainingBatch = (batchSize: number, ofPhases = 1): number =>
  Math.max(ofPhases, Math.ceil(batchSize / 2));

/** @throws ArgumentError if a batch or the data contain fewer examples than the phases need */
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
