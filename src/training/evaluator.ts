import { yieldToEventLoop } from "../display/interruption";
import type { Phase } from "../objectives/phase";
import { rng } from "../runtime/rng";
import { tf } from "../runtime/tensorflow";
import { batchLength, minimumBatch } from "./batch-length";
import { addBatch, emptySums, phaseMeans } from "./phase-means";
import type { StepValues } from "./step-values";
import { evaluationStep, type StepOptions } from "./steps";
import type { CheckedData } from "./training-data";

/** The evaluation of fixed data, which can be run again and again; the noise is the same each time. */
export interface Evaluator {
  /** The means by phase and name; undefined when the signal is aborted before all examples are seen. */
  run(schedules: Readonly<Record<string, number>>, signal?: AbortSignal): Promise<StepValues | undefined>;
  dispose(): void;
}

/** How an evaluation is run. */
export interface EvaluatorOptions extends StepOptions {
  /** Examples per step. */
  batchSize: number;
  /** The noise has a stream of its own, apart from those of a fit with this seed. */
  seed: number;
}

/** Prepares an evaluation; nothing is traced before its first run. */
export function evaluator(
  phases: readonly Phase[],
  { tensors, size }: CheckedData,
  { batchSize, seed, ...options }: EvaluatorOptions,
): Evaluator {
  const minimum = minimumBatch(phases);
  // A fit uses the streams 0 and above for its steps and its shuffling.
  const key = tf.tidy(() => rng(seed).fold(-1).key);
  const step = evaluationStep(phases, tensors, key, options);
  return {
    async run(schedules, signal) {
      const total = emptySums();
      for (let first = 0, index = 0; first < size; index++) {
        if (signal?.aborted) return undefined;
        const length = batchLength(size - first, batchSize, minimum);
        const start = first;
        const indices = Int32Array.from({ length }, (_, i) => start + i);
        addBatch(total, step.run(indices, index, { learningRate: 0, schedules }), length);
        first += length;
        await yieldToEventLoop();
      }
      return phaseMeans(total);
    },
    dispose() {
      step.dispose();
      key.dispose();
    },
  };
}
