import { yieldToEventLoop } from "../display/interruption";
import type { XlaChoice } from "../jit/program-cache";
import type { Phase } from "../objectives/phase";
import { rng } from "../runtime/rng";
import { tf } from "../runtime/tensorflow";
import { minimumBatch } from "./batch-length";
import { addBatch, emptySums, phaseMeans } from "./phase-means";
import { runsOf } from "./runs";
import type { StepValues } from "./step-values";
import { evaluationSteps } from "./steps";
import type { CheckedData } from "./training-data";

/** The evaluation of fixed data. It can run many times, with the same noise each time. */
export interface Evaluator {
  /** The means by phase and name; undefined if the signal aborts before all examples have been used. */
  run(schedules: Readonly<Record<string, number>>, signal?: AbortSignal): Promise<StepValues | undefined>;
  /** Whether XLA compiled the steps of the last run. */
  xla(): boolean;
  dispose(): void;
}

/** Options of `evaluator()`. */
export interface EvaluatorOptions {
  /** Examples per step. */
  batchSize: number;
  /** Whether to compile the steps. */
  compile: boolean;
  /** Whether XLA compiles them, or a function that decides this from the trace of a step. */
  xla: XlaChoice;
  /** The seed of the noise. The random stream differs from those of a fit with the same seed. */
  seed: number;
}

/** Prepares an evaluation. Tracing happens in the first run. */
export function evaluator(
  phases: readonly Phase[],
  { tensors, size }: CheckedData,
  { batchSize, seed, compile, xla }: EvaluatorOptions,
): Evaluator {
  const runs = runsOf(size, batchSize, minimumBatch(phases));
  // A fit uses stream 0 for its steps and streams 1, 2, … for shuffling, so −1 is free.
  const key = tf.tidy(() => rng(seed).fold(-1).key);
  const steps = evaluationSteps(phases, tensors, key, {
    compile,
    xla,
    longestRun: runs.longest,
  });
  return {
    async run(schedules, signal) {
      const total = emptySums();
      for (let first = 0, index = 0; first < size; ) {
        if (signal?.aborted) return undefined;
        const run = runs.next(size - first);
        const { length, count } = run;
        const indices = Int32Array.from({ length: count * length }, (_, i) => first + i);
        const inputs = Array(count).fill({ learningRate: 0, schedules });
        const values = runs.timed(run, () => steps.run(indices, index, inputs));
        for (const one of values) addBatch(total, one, length);
        first += count * length;
        index += count;
        await yieldToEventLoop();
      }
      return phaseMeans(total);
    },
    xla: () => steps.xla(),
    dispose() {
      steps.dispose();
      key.dispose();
    },
  };
}
