import type { Phase } from "../objectives/phase";
import { ArgumentError } from "../runtime/argument-error";
import { checkTrainable } from "./check-trainable";
import { evaluator } from "./evaluation";
import type { StepValues } from "./step-values";
import type { Trainable } from "./trainable";
import { checkTrainingData, type TrainingData } from "./training-data";

/** Options of `evaluate()`. */
export interface EvaluateOptions {
  /** Examples per step; bounds the memory. Defaults to 500. */
  batchSize?: number;
  /** Seed of the noise; defaults to 0. */
  seed?: number;
  /** Values of the schedules that the losses ask for; defaults to none. */
  schedules?: Readonly<Record<string, number>>;
  /** Whether to compile a step into one TensorFlow graph; defaults to true. */
  compile?: boolean;
  /** Whether XLA compiles that graph; defaults to false: one pass seldom repays the second or two that XLA takes. */
  xla?: boolean;
}

/** By the name of the phase: the means of its loss and of its terms, in nats per example. */
export type Evaluation<M extends Trainable> = {
  readonly [P in M["phases"][number] as P["name"]]: Readonly<Record<"loss" | TermsOf<P>, number>>;
};

type TermsOf<P extends Phase> = keyof ReturnType<P["loss"]>["terms"] & string;

/**
 * The mean loss and terms of each phase over data, in evaluation mode: every example once, none left out.
 *
 * @returns by phase and name: `(await evaluate(model, data.test.images)).elbo.loss`
 * @throws ArgumentError for data without examples and options out of range
 */
export async function evaluate<M extends Trainable>(
  model: M,
  data: TrainingData,
  options: EvaluateOptions = {},
): Promise<Evaluation<M>> {
  checkTrainable("evaluate()", model);
  const { schedules = {}, compile = true, xla = false, batchSize = 500, seed = 0 } = options;
  if (!(Number.isInteger(batchSize) && batchSize > 0)) {
    throw new ArgumentError("evaluate()", "batchSize", batchSize, "a whole number of at least 1");
  }
  for (const [name, value] of Object.entries(schedules)) {
    if (!Number.isFinite(value)) throw new ArgumentError("evaluate()", `schedules.${name}`, value, "a finite number");
  }
  const checked = checkTrainingData("evaluate()", "data", data);
  model.check?.("evaluate()", checked.tensors);
  const running = evaluator(model.phases, checked, { batchSize, seed, compile, xla });
  try {
    return (await running.run(schedules)) as StepValues as Evaluation<M>;
  } finally {
    running.dispose();
  }
}
