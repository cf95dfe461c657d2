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
  /** How many times to go through the data; with `resume`, the epochs of earlier calls count. */
  epochs: number;
  /**
   * Examples per step; defaults to 128. The last batch of an epoch takes what is left; a rest smaller than half the batch size
   * joins the batch before it. See `stepsPerEpoch()` for the number of steps.
   */
  batchSize?: number;
  /** The learning rate, or a schedule for it; defaults to 1e-3. */
  learningRate?: number | Schedule;
  /** Makes the optimizer of each phase from the initial learning rate; defaults to `tf.train.adam`. */
  optimizer?: (learningRate: number) => tf.Optimizer;
  /** The largest norm of a phase's gradient; a longer one is scaled down to it. Defaults to no limit. */
  clipNorm?: number;
  /** Numbers that change during training, for example `{ beta: linearWarmup({ epochs: 10 }) }`; defaults to none. */
  schedules?: Readonly<Record<string, number | Schedule>>;
  /** Data to evaluate after every epoch; its measures are recorded as `validation_…`. Defaults to none. */
  validation?: TrainingData;
  /** Stop after this many epochs in a row without a new best value of `monitor`; defaults to never. */
  patience?: number;
  /**
   * The measure of the first phase that decides which epoch is best, and whether its best value is the highest or the lowest:
   * `"validation_loss"` or `{ measure: "score", goal: "highest" }`. Without a goal, names that end in "bound", "likelihood" or
   * "accuracy" count as better when higher, all others when lower. Defaults to "validation_bound" where the phase reports a
   * bound and to "validation_loss" where it does not; without validation data, to "bound" or "loss".
   */
  monitor?: MonitorOption;
  /** Whether to restore the variables of the best epoch at the end, also after an interrupt; defaults to true with `patience`. */
  restoreBest?: boolean;
  /** Seed of the shuffling and of all noise; defaults to 0. */
  seed?: number;
  /** Called after every epoch with its rows, one per phase; `stop()` ends training. */
  onEpoch?: (rows: readonly HistoryRow[], controls: { stop(): void }) => void | Promise<void>;
  /** A file in which to save the state of training: after every epoch (before `onEpoch`), and after an interrupt. */
  checkpoint?: string;
  /**
   * Continue from the checkpoint if the file exists; defaults to false, which starts over and replaces it. The model and its
   * options, the data, the optimizers, `batchSize`, `clipNorm` and `seed` must be the same; `epochs`, the learning rate, the
   * schedules and `patience` may differ.
   */
  resume?: boolean;
  /** Stops training after the current step, as an interrupt of the notebook's kernel does. */
  signal?: AbortSignal;
  /** Whether to show progress; defaults to true. */
  progress?: boolean;
  /** Whether to compile a step into one TensorFlow graph; the results without are the same. Defaults to true. */
  compile?: boolean;
  /** Whether XLA compiles that graph; by default it does where it pays: enough work per epoch, no convolutions, all cores for one op. */
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
    "a function that makes one: (learningRate) => tf.train.adam(learningRate)",
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

/** @throws ArgumentError naming the option, the value and what is accepted; for an unknown option, with the nearest name */
export function checkFitOptions(options: FitOptions) {
  checkOptions("fit()", schema, options);
  const { schedules = {}, learningRate = 1e-3, patience, resume = false, checkpoint } = options;
  for (const [name, value] of Object.entries(schedules)) {
    if (reservedColumns.has(name) && name !== "learningRate") {
      throw new ArgumentError("fit()", "the name of a schedule", name, "one that rows of the history do not have");
    }
    checkValue("fit()", `schedules.${name}`, value, schedule);
  }
  if (resume)
    checkValue("fit()", "checkpoint", checkpoint, accepts(Boolean, "the name of a file, since `resume` is true"));
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
