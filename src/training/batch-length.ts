import type { Phase } from "../objectives/phase";
import { ArgumentError } from "../runtime/argument-error";
import type { CheckedData } from "./training-data";

/**
 * How many examples the next batch takes. The last batch of an epoch takes what is left; a rest that is smaller than
 * `minimum` joins the batch before it, so that every example is used and no batch is too small.
 *
 * @param left examples not used yet
 * @param minimum the fewest examples of a batch, at most `batchSize`: `minimumBatch` or `minimumTrainingBatch`
 */
export function batchLength(left: number, batchSize: number, minimum: number): number {
  const rest = left - batchSize;
  return rest < minimum ? left : batchSize;
}

/** The fewest examples that all phases can use. */
export const minimumBatch = (phases: readonly Phase[]): number =>
  Math.max(1, ...phases.map(({ minimumBatch = 1 }) => minimumBatch));

/**
 * The fewest examples of a batch in training: half the batch size, or what the phases need where that is more. A step of Adam is
 * as long for one example as for a full batch, so that a small rest would move the variables as far on much noisier gradients.
 */
export const minimumTrainingBatch = (batchSize: number, ofPhases = 1): number =>
  Math.max(ofPhases, Math.ceil(batchSize / 2));

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
