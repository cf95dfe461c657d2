import { displaySymbol, type MimeBundle } from "../display/mime-bundle";
import { tableBundle } from "../display/table";
import type { Phase } from "../objectives/phase";
import { checkOptions, optionsSchema } from "../runtime/check-options";
import { accepts, flag, seedNumber, wholeNumber } from "../runtime/rules";
import { checkBatches } from "./batch-length";
import { checkInputs, checkScheduleNames, checkScheduleValues } from "./check-reads";
import { checkTrainable } from "./check-trainable";
import { evaluator } from "./evaluator";
import type { StepValues } from "./step-values";
import type { Trainable } from "./trainable";
import { checkTrainingData, type TrainingData } from "./training-data";

/** Options of `evaluate()`. */
export interface EvaluateOptions {
  /** Examples per step; a smaller number needs less memory. Defaults to 500. */
  batchSize?: number;
  /** The seed of the noise; defaults to 0. */
  seed?: number;
  /** The values of the schedules that the losses read, for example `{ beta: 1 }`; defaults to none. */
  schedules?: Readonly<Record<string, number>>;
  /** Whether to compile the steps and the loop around them into one TensorFlow graph; defaults to true. */
  compile?: boolean;
  /** Whether XLA compiles that graph. Defaults to false, because one pass rarely saves the second or two that XLA takes. */
  xla?: boolean;
}

const schema = optionsSchema<EvaluateOptions>({
  batchSize: wholeNumber().optional(),
  seed: seedNumber.optional(),
  schedules: accepts(
    (value) => typeof value === "object" && value !== null && !Array.isArray(value),
    "an object of numbers",
  ).optional(),
  compile: flag.optional(),
  xla: flag.optional(),
});

/**
 * The measures of each phase, by the name of the phase: the means of its loss and its terms, in nats per example. `bound` is
 * present if the phase reports a bound, and `regularization` if its layers have regularizers.
 */
export type Evaluation<M extends Trainable> = {
  readonly [P in M["phases"][number] as P["name"]]: Readonly<
    Record<"loss" | TermsOf<P>, number> & { bound?: number; regularization?: number }
  >;
};

type TermsOf<P extends Phase> = keyof ReturnType<P["loss"]>["terms"] & string;

/**
 * Computes the mean loss and terms of each phase over the data, in evaluation mode. Every example is used once. If the last batch
 * is smaller than the model needs (`minimumBatch`), it is merged into the batch before.
 *
 * @param data [examples, …]: one tensor, which becomes `x`, or several by name
 * @returns the means by phase and name, in nats per example: `(await evaluate(model, data.test.images)).elbo.loss`
 * @throws ArgumentError for data without examples, options out of range, and unknown options, tensors or schedules
 */
export async function evaluate<M extends Trainable>(
  model: M,
  data: TrainingData,
  options: EvaluateOptions = {},
): Promise<Evaluation<M>> {
  checkOptions("evaluate()", schema, options);
  checkTrainable("evaluate()", model);
  const { schedules = {}, compile = true, xla = false, batchSize = 500, seed = 0 } = options;
  const checked = checkTrainingData("evaluate()", "data", data);
  checkInputs("evaluate()", model.phases, checked.tensors);
  checkScheduleNames("evaluate()", model.phases, Object.keys(schedules));
  checkScheduleValues("evaluate()", model.phases, schedules);
  checkBatches("evaluate()", model.phases, batchSize, { data: checked });
  model.check?.("evaluate()", checked.tensors);
  const running = evaluator(model.phases, checked, { batchSize, seed, compile, xla });
  try {
    return showing((await running.run(schedules)) as StepValues, checked.size) as Evaluation<M>;
  } finally {
    running.dispose();
  }
}

/** Adds the display in a cell. The property is not enumerable, so loops over the phases do not see it. */
function showing(values: StepValues, examples: number): StepValues {
  const lines = Object.entries(values).flatMap(([phase, measures]) =>
    Object.entries(measures).map(([name, value]) => [phase, name, value]),
  );
  const title = `Means over ${examples} ${examples === 1 ? "example" : "examples"}`;
  const value = (): MimeBundle => tableBundle(title, ["phase", "measure", "nats per example"], lines);
  return Object.defineProperty(values, displaySymbol, { value });
}
