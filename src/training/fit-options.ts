import { ArgumentError } from "../runtime/argument-error";
import { checkOptions, optionsSchema } from "../runtime/check-options";
import { checkValue } from "../runtime/check-value";
import {
  accepts,
  callback,
  checkedElsewhere,
  flag,
  instance,
  positive,
  seedNumber,
  text,
  wholeNumber,
} from "../runtime/rules";
import { tf } from "../runtime/tensorflow";
import { type HistoryRow, reservedColumns } from "./history";
import type { MonitorOption } from "./monitor";
import { constant, type Schedule } from "./schedules";
import type { TrainingData } from "./training-data";

/** Options of `fit()`. */
export interface FitOptions {
  /** The total number of epochs (passes over the data). With `resume`, this includes the epochs of earlier calls. */
  epochs: number;
  /**
   * The number of examples per step; defaults to 128. The last batch of an epoch contains the remaining examples. If fewer than
   * half a batch remain, they are merged into the batch before. `stepsPerEpoch()` computes the number of steps.
   */
  batchSize?: number;
  /** The learning rate, or a schedule for it; defaults to 1e-3. */
  learningRate?: number | Schedule;
  /** Creates the optimizer of each phase from the initial learning rate; defaults to `tf.train.adam`. */
  optimizer?: (learningRate: number) => tf.Optimizer;
  /** The maximum norm of a phase's gradient; a larger gradient is scaled down to this norm. Defaults to no limit. */
  clipNorm?: number;
  /** Values that change during training, such as `{ beta: linearWarmup({ epochs: 10 }) }`; defaults to none. */
  schedules?: Readonly<Record<string, number | Schedule>>;
  /** Data to evaluate after every epoch. The history records its measures as `validation_…`. Defaults to none. */
  validation?: TrainingData;
  /** Stops training after this many consecutive epochs without a new best value of `monitor`; defaults to never. */
  patience?: number;
  /**
   * The measure of the first phase that determines the best epoch, and whether its best value is the highest or the lowest:
   * `"validation_loss"` or `{ measure: "score", goal: "highest" }`. Without a goal, the last word of the name decides. Higher is
   * better for "bound", "elbo", "likelihood", "accuracy", "auroc", "auc", "precision", "recall" and "f1". Lower is better for all
   * others. Defaults to "validation_bound" if the phase reports a bound, and otherwise to "validation_loss"; without validation
   * data, to "bound" or "loss".
   */
  monitor?: MonitorOption;
  /**
   * Whether to restore the variables of the best epoch at the end, even after an interrupt. Defaults to true if `patience` is
   * given, and to false otherwise.
   */
  restoreBest?: boolean;
  /** The seed of the shuffling and of all noise; defaults to 0. */
  seed?: number;
  /** Called after every epoch with its rows, one per phase; `stop()` ends training. */
  onEpoch?: (rows: readonly HistoryRow[], controls: { stop(): void }) => void | Promise<void>;
  /**
   * The file that stores the state of training. `fit` writes it after every epoch (before `onEpoch`) and after an interrupt.
   * Defaults to none.
   */
  checkpoint?: string;
  /**
   * Whether to continue from the checkpoint if the file exists. Defaults to false, which starts over and replaces the file. These
   * must be the same as before: the model and its options, the data, the validation data, the optimizers, `batchSize`,
   * `clipNorm`, `seed`, `monitor` and `restoreBest` (so do not add or remove `patience` without setting `restoreBest`). These may
   * differ: `epochs`, the learning rate, the schedules and the value of `patience`.
   */
  resume?: boolean;
  /**
   * Stops training after a complete step, like an interrupt of the kernel: usually within 50 ms, or after the current step if
   * that takes longer.
   */
  signal?: AbortSignal;
  /** Whether to show progress; defaults to true. */
  progress?: boolean;
  /**
   * Whether to compile the steps and the loop around them into a single TensorFlow graph. Without compilation, the results are
   * the same, apart from rounding errors where XLA is used. Defaults to true.
   */
  compile?: boolean;
  /**
   * Whether XLA compiles that graph. By default, `fit` uses XLA if there are enough steps to make up for the second or two of
   * compilation, and if the graph contains no convolutions and no gamma draws. `history.xla` reports the choice, and a checkpoint
   * stores it.
   */
  xla?: boolean;
}

const isSchedule = (value: unknown): value is Schedule => typeof value === "function";

const rate = accepts<number | Schedule>(
  (value) => isSchedule(value) || positive.safeParse(value).success,
  "a finite number above 0 or a schedule",
);
const schedule = accepts<number | Schedule>(
  (value) => isSchedule(value) || Number.isFinite(value),
  "a finite number or a schedule",
);
const monitor = accepts<MonitorOption>((value) => {
  if (typeof value === "string") return value.length > 0;
  if (typeof value !== "object" || value === null) return false;
  const { measure, goal = "highest", ...rest } = value as Record<string, unknown>;
  const known = goal === "highest" || goal === "lowest";
  return typeof measure === "string" && measure.length > 0 && known && Object.keys(rest).length === 0;
}, 'the name of a measure, for example "validation_loss", or { measure: "score", goal: "highest" or "lowest" }');

const schema = optionsSchema<FitOptions>({
  epochs: wholeNumber(),
  batchSize: wholeNumber().optional(),
  learningRate: rate.optional(),
  optimizer: accepts(
    (value) => typeof value === "function",
    "a function that creates an optimizer: (learningRate) => tf.train.adam(learningRate)",
  ).optional(),
  clipNorm: positive.optional(),
  schedules: accepts(
    (value) => typeof value === "object" && value !== null && !Array.isArray(value),
    "an object of numbers and schedules",
  ).optional(),
  validation: checkedElsewhere.optional(),
  patience: wholeNumber().optional(),
  monitor: monitor.optional(),
  restoreBest: flag.optional(),
  seed: seedNumber.optional(),
  onEpoch: callback.optional(),
  checkpoint: text.optional(),
  resume: flag.optional(),
  signal: instance(AbortSignal, "an AbortSignal").optional(),
  progress: flag.optional(),
  compile: flag.optional(),
  xla: flag.optional(),
});

/** The options of `fit()`, checked and with their defaults. */
export type CheckedFitOptions = ReturnType<typeof checkFitOptions>;

/** @throws ArgumentError that names the option, the value and what is accepted, and the nearest name for an unknown option */
export function checkFitOptions(options: FitOptions) {
  checkOptions("fit()", schema, options);
  const { schedules = {}, learningRate = 1e-3, patience, resume = false, checkpoint } = options;
  for (const [name, value] of Object.entries(schedules)) {
    if (reservedColumns.has(name) && name !== "learningRate") {
      throw new ArgumentError("fit()", "the name of a schedule", name, "different from the columns of the history");
    }
    checkValue("fit()", `schedules.${name}`, value, schedule);
  }
  if (resume) checkValue("fit()", "checkpoint", checkpoint, accepts(Boolean, "a file name, because `resume` is true"));
  return {
    ...options,
    batchSize: options.batchSize ?? 128,
    learningRate: asSchedule(learningRate),
    optimizer: options.optimizer ?? ((rate: number) => tf.train.adam(rate)),
    schedules: Object.fromEntries(Object.entries(schedules).map(([name, value]) => [name, asSchedule(value)])),
    seed: options.seed ?? 0,
    restoreBest: options.restoreBest ?? patience !== undefined,
    progress: options.progress ?? true,
    compile: options.compile ?? true,
    resume,
  };
}

const asSchedule = (value: number | Schedule): Schedule => (isSchedule(value) ? value : constant(value));
