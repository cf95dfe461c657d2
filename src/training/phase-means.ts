import type { StepValues } from "./step-values";

/** Sums of the measures over the examples so far, by phase and name. */
export interface PhaseSums {
  sums: StepValues;
  examples: number;
}

export const emptySums = (): PhaseSums => ({ sums: {}, examples: 0 });

/** Adds the means of a batch, weighted by its number of examples. */
export function addBatch(total: PhaseSums, values: StepValues, examples: number): void {
  total.examples += examples;
  for (const [phase, means] of Object.entries(values)) {
    total.sums[phase] ??= {};
    const sums = total.sums[phase];
    for (const [name, mean] of Object.entries(means)) sums[name] = (sums[name] ?? 0) + mean * examples;
  }
}

/** The means over all examples so far. */
export function phaseMeans({ sums, examples }: PhaseSums): StepValues {
  const mean = (of: Record<string, number>) =>
    Object.fromEntries(Object.entries(of).map(([name, sum]) => [name, sum / examples]));
  return Object.fromEntries(Object.entries(sums).map(([phase, of]) => [phase, mean(of)]));
}
