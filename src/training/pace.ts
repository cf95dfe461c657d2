/** How long (ms) steps run before the event loop gets a turn: interrupts, the display, timers. */
export const millisecondsBetweenYields = 25;

/** At most so many steps come in one run, and so many indices of examples. */
const mostSteps = 512;
const mostIndices = 2 ** 18;

/** The most steps of batches of a length that come in one run. */
export const mostStepsInRun = (length: number): number =>
  Math.max(1, Math.min(mostSteps, Math.floor(mostIndices / length)));

/** Finds how many steps fit between two turns of the event loop. */
export interface Pace {
  /** How many steps of batches of a length to take in the next run. */
  steps(length: number): number;
  /** Notes how long a run took. */
  note(length: number, count: number, milliseconds: number): void;
}

/** The numbers that steps compute do not depend on how many come in a run, so that the clock may decide. */
export function pace(): Pace {
  const next = new Map<number, number>();
  const seen = new Set<number>();
  return {
    steps: (length) => next.get(length) ?? 1,
    note(length, count, milliseconds) {
      // The first run compiles.
      if (!seen.has(length)) {
        seen.add(length);
        return;
      }
      const fitting = Math.floor((count * millisecondsBetweenYields) / Math.max(milliseconds, 0.01));
      next.set(length, Math.max(1, Math.min(fitting, 4 * count, mostStepsInRun(length))));
    },
  };
}
