import { yieldToEventLoop } from "../display/interruption";
import type { Phase } from "../objectives/phase";
import { rng } from "../runtime/rng";
import { tf } from "../runtime/tensorflow";
import { addBatch, emptySums, phaseMeans } from "./phase-means";
import type { StepValues } from "./step-values";
import { evaluationStep, type StepOptions } from "./steps";
import type { CheckedData } from "./training-data";

/** The evaluation of fixed data, which can be run again and again; the noise is the same each time. */
export interface Evaluator {
  /** The means by phase and name; undefined when the signal is aborted before all is seen. */
  run(schedules: Readonly<Record<string, number>>, signal?: AbortSignal): Promise<StepValues | undefined>;
  dispose(): void;
}

/** How an evaluation is run. */
export interface EvaluatorOptions extends StepOptions {
  /** Examples per step. */
  batchSize: number;
  /** The noise has a stream of its own among those of a fit with this seed. */
  seed: number;
}

/** Prepares an evaluation; nothing is traced before its first run. */
export function evaluator(
  phases: readonly Phase[],
  { tensors, size }: CheckedData,
  { batchSize, seed, ...options }: EvaluatorOptions,
): Evaluator {
  // A fit's streams 0 and above are those of its steps and its shuffling.
  const key = tf.tidy(() => rng(seed).fold(-1).key);
  const step = evaluationStep(phases, tensors, key, options);
  return {
    async run(schedules, signal) {
      const total = emptySums();
      for (let first = 0, index = 0; first < size; first += batchSize, index++) {
        if (signal?.aborted) return undefined;
        const count = Math.min(batchSize, size - first);
        const indices = Int32Array.from({ length: count }, (_, i) => first + i);
        addBatch(total, step.run(indices, index, { learningRate: 0, schedules }), count);
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
