import { rng } from "../runtime/rng";
import { tf } from "../runtime/tensorflow";
import { breathe } from "./interruption";
import { PhaseMeans } from "./phase-means";
import { evaluationStep, type StepValues } from "./steps";
import type { Trainable } from "./trainable";
import { checkData, type TrainingData } from "./training-data";

/** Options of `evaluate()`. */
export interface EvaluateOptions {
  /** Examples per step; bounds the memory, and does not change the result beyond rounding. Defaults to 500. */
  batch?: number;
  /** Seed of the noise; defaults to 0. */
  seed?: number;
  /** Values of the schedules that the losses ask for; defaults to none. */
  schedules?: Readonly<Record<string, number>>;
}

/**
 * The mean loss and terms of each phase over data, in evaluation mode: every example once, none left out.
 *
 * @returns by phase and name: `(await evaluate(model, data.test.images)).elbo.loss`
 */
export async function evaluate(
  model: Trainable,
  data: TrainingData,
  { batch = 500, seed = 0, schedules = {} }: EvaluateOptions = {},
): Promise<StepValues> {
  const { tensors, size } = checkData("evaluate()", "data", data);
  const key = tf.tidy(() => rng(seed).fold(-1).key);
  const runStep = evaluationStep(model.phases, tensors, key, (fn) => fn);
  const means = new PhaseMeans();
  for (let first = 0, step = 0; first < size; first += batch, step++) {
    const count = Math.min(batch, size - first);
    means.add(
      tf.tidy(() => runStep(tf.range(first, first + count, 1, "int32"), step, schedules)),
      count,
    );
    await breathe();
  }
  key.dispose();
  return means.byPhase();
}
