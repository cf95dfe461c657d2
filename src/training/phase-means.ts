import type { StepValues } from "./steps";

/** Means over the examples seen so far, by phase and name, from the means of batches. */
export class PhaseMeans {
  private readonly sums: StepValues = {};
  private examples = 0;

  /** Adds a batch: its means, and its number of examples. */
  add(values: StepValues, examples: number): void {
    this.examples += examples;
    for (const [phase, means] of Object.entries(values)) {
      this.sums[phase] ??= {};
      const sums = this.sums[phase];
      for (const [name, mean] of Object.entries(means)) sums[name] = (sums[name] ?? 0) + mean * examples;
    }
  }

  byPhase(): StepValues {
    const mean = (sums: Record<string, number>) =>
      Object.fromEntries(Object.entries(sums).map(([name, sum]) => [name, sum / this.examples]));
    return Object.fromEntries(Object.entries(this.sums).map(([phase, sums]) => [phase, mean(sums)]));
  }
}
