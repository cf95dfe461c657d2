import { rng } from "../runtime/rng";
import { tf } from "../runtime/tensorflow";
import { breathe } from "./interruption";
import { addBatch, emptySums, phaseMeans } from "./phase-means";
import { evaluationStep, type StepValues } from "./steps";
import { suitsXla } from "./suits-xla";
import type { Phase, Trainable } from "./trainable";
import { type CheckedData, checkData, type TrainingData } from "./training-data";

/** Options of `evaluate()`. */
export interface EvaluateOptions {
  /** Examples per step; bounds the memory. Defaults to 500. */
  batch?: number;
  /** Seed of the noise; defaults to 0. */
  seed?: number;
  /** Values of the schedules that the losses ask for; defaults to none. */
  schedules?: Readonly<Record<string, number>>;
  /** Whether to compile a step into one TensorFlow graph; defaults to true. */
  compile?: boolean;
  /** Whether XLA compiles that graph; defaults to true for models without convolutions. */
  xla?: boolean;
}

/**
 * The mean loss and terms of each phase over data, in evaluation mode: every example once, none left out.
 *
 * @returns by phase and name: `(await evaluate(model, data.test.images)).elbo.loss`
 * @throws ArgumentError for data without examples
 */
export async function evaluate(
  model: Trainable,
  data: TrainingData,
  options: EvaluateOptions = {},
): Promise<StepValues> {
  const { schedules = {}, compile = true, xla = suitsXla(model.variables()), batch, seed = 0 } = options;
  const evaluation = evaluationOf(model.phases, checkData("evaluate()", "data", data), { batch, seed, compile, xla });
  try {
    return await evaluation.run(schedules);
  } finally {
    evaluation.dispose();
  }
}

/** An evaluation that can be run again and again; the noise is the same each time. */
export interface EvaluationStep {
  run(schedules: Readonly<Record<string, number>>): Promise<StepValues>;
  dispose(): void;
}

export function evaluationOf(
  phases: readonly Phase[],
  { tensors, size }: CheckedData,
  { batch = 500, seed, compile, xla }: { batch?: number | undefined; seed: number; compile: boolean; xla: boolean },
): EvaluationStep {
  const key = tf.tidy(() => rng(seed).fold(-1).key);
  const step = evaluationStep(phases, tensors, key, { compile, xla });
  return {
    async run(schedules) {
      const total = emptySums();
      for (let first = 0, index = 0; first < size; first += batch, index++) {
        const count = Math.min(batch, size - first);
        const values = tf.tidy(() => {
          const indices = tf.range(first, first + count, 1, "int32");
          return step.run(indices, index, { learningRate: 0, schedules });
        });
        addBatch(total, values, count);
        await breathe();
      }
      return phaseMeans(total);
    },
    dispose() {
      step.dispose();
      key.dispose();
    },
  };
}
