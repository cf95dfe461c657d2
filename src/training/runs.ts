import { batchLength, equalBatches } from "./batch-length";

/** Milliseconds that steps run before `fit` yields to the event loop, which handles interrupts, the display and timers. */
export const millisecondsBetweenYields = 25;

/** The maximum number of steps in a run, and of the example indices passed to it. */
const mostSteps = 512;
const mostIndices = 2 ** 18;

/** Consecutive steps that run in one call of TensorFlow. */
export interface Run {
  /** Examples per step. */
  length: number;
  /** Number of steps. */
  count: number;
}

/** Divides an epoch into runs. The batches of a run have the same size, and a run takes about 25 ms. */
export interface Runs {
  /** The number of batches of an epoch that have the same size as the first one. */
  readonly equal: number;
  /** The maximum number of steps in a run, for batches of a given size. */
  longest(length: number): number;
  /** The next run of an epoch, if `left` examples have not been used yet. */
  next(left: number): Run;
  /** Runs `take` and measures its time, which determines the number of steps in the next run. */
  timed<T>(run: Run, take: () => T): T;
}

/**
 * Plans the runs of an epoch. The results of a step do not depend on how many steps share its run, so the measured time may
 * decide this number.
 *
 * @param size the number of examples per epoch
 * @param minimum the smallest batch allowed
 */
export function runsOf(size: number, batchSize: number, minimum: number): Runs {
  const equal = equalBatches(size, batchSize, minimum);
  const longest = (length: number): number =>
    length === batchSize ? Math.max(1, Math.min(equal, mostSteps, Math.floor(mostIndices / length))) : 1;
  /** The number of steps that fit into a run, by batch size. 0 after the first run, because its time includes compilation. */
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
