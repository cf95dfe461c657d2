import { batchLength, equalBatches } from "./batch-length";

/** How long (ms) steps run before the event loop gets a turn: interrupts, the display, timers. */
export const millisecondsBetweenYields = 25;

/** One run takes at most this many steps, and this many indices of examples. */
const mostSteps = 512;
const mostIndices = 2 ** 18;

/** Consecutive steps in one call of TensorFlow. */
export interface Run {
  /** Examples per step. */
  length: number;
  /** Number of steps. */
  count: number;
}

/** Divides an epoch into runs of equally long batches, each as long as the time between two turns of the event loop. */
export interface Runs {
  /** The number of batches that are as long as the first one of an epoch. */
  readonly equal: number;
  /** The most steps that a run takes with batches of a given length. */
  longest(length: number): number;
  /** The next run of an epoch in which `left` examples have not been used yet. */
  next(left: number): Run;
  /** Measures a run, for the length of the next one. */
  timed<T>(run: Run, take: () => T): T;
}

/**
 * The numbers that steps compute do not depend on how many of them share a run, so the clock may decide.
 *
 * @param size examples per epoch
 * @param minimum the smallest batch
 */
export function runsOf(size: number, batchSize: number, minimum: number): Runs {
  const equal = equalBatches(size, batchSize, minimum);
  const longest = (length: number): number =>
    length === batchSize ? Math.max(1, Math.min(equal, mostSteps, Math.floor(mostIndices / length))) : 1;
  /** The steps that fit into a run, by the length of the batches; 0 after the first run, which compiles. */
  const fitting = new Map<number, number>();
  return {
    equal,
    longest,
    next(left) {
      const length = batchLength(left, batchSize, minimum);
      const most = Math.min(longest(length), equalBatches(left, batchSize, minimum));
      return { length, count: Math.max(1, Math.min(fitting.get(length) ?? 0, most)) };
    },
    timed({ length, count }, take) {
      const start = performance.now();
      const taken = take();
      const fit = Math.floor((count * millisecondsBetweenYields) / Math.max(performance.now() - start, 0.01));
      fitting.set(length, fitting.has(length) ? Math.min(fit, 4 * count) : 0);
      return taken;
    },
  };
}
