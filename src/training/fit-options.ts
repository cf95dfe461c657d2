import { ArgumentError } from "../runtime/argument-error";
import { tf } from "../runtime/tensorflow";
import { type HistoryRow, reservedColumns } from "./history";
import { constant, type Schedule } from "./schedules";
import type { TrainingData } from "./training-data";

/** Options of `fit()`. */
export interface FitOptions {
  /** How often to go through the data; with `resume`, including the epochs before. */
  epochs: number;
  /** Examples per step; defaults to 128. The last step of an epoch takes what is left. */
  batchSize?: number;
  /** The learning rate, or how it changes; defaults to 1e-3. */
  learningRate?: number | Schedule;
  /** Makes the optimizer of each phase, given the rate at the start; defaults to `tf.train.adam`. */
  optimizer?: (learningRate: number) => tf.Optimizer;
  /** The largest norm of a phase's gradient; longer ones are scaled down to it. Defaults to none. */
  clipNorm?: number;
  /** Numbers that change while fitting, which losses find in `context.schedules`: `{beta: linearWarmup({epochs: 10})}`. */
  schedules?: Readonly<Record<string, number | Schedule>>;
  /** Data to evaluate after every epoch; the measures are recorded as `validation_…`. */
  validation?: TrainingData;
  /** Stop after this many epochs in a row without a new lowest `monitor`; defaults to never. */
  patience?: number;
  /** The measure that decides what is best, of the first phase; defaults to "validation_loss", or "loss" without validation. */
  monitor?: string;
  /**
   * Whether to put the variables of the best epoch back at the end, also of an interrupted fit; defaults to true with
   * `patience`, false without.
   */
  restoreBest?: boolean;
  /** Seed of the shuffling and of all noise; defaults to 0. */
  seed?: number;
  /** Called after every epoch with its rows, one per phase; `stop()` ends the fit. */
  onEpoch?: (rows: readonly HistoryRow[], controls: { stop(): void }) => void | Promise<void>;
  /** A file to save the state of the fit to: after every epoch (before `onEpoch`), and when it is interrupted. */
  checkpoint?: string;
  /**
   * Go on from the checkpoint if there is one; defaults to false, which starts anew and replaces it. Model, optimizers,
   * data, batch size and seed must be the same; the learning rate, the schedules and `patience` may differ.
   */
  resume?: boolean;
  /** Stops the fit after the current step, as an interrupt of the notebook's kernel does. */
  signal?: AbortSignal;
  /** Whether to show progress; defaults to true. */
  progress?: boolean;
  /** Whether to compile a step into one TensorFlow graph; op by op, the results are the same. Defaults to true. */
  compile?: boolean;
  /** Whether XLA compiles that graph; by default it does where that pays: enough work an epoch, no convolutions, all cores for an op. */
  xla?: boolean;
}

/** The options with their defaults, checked. */
export interface CheckedFitOptions extends FitOptions {
  batchSize: number;
  learningRate: Schedule;
  optimizer: (learningRate: number) => tf.Optimizer;
  schedules: Readonly<Record<string, Schedule>>;
  seed: number;
  restoreBest: boolean;
  monitor: string;
  progress: boolean;
  compile: boolean;
}

/** @throws ArgumentError naming the option, what was given and what is accepted */
export function checkFitOptions(options: FitOptions): CheckedFitOptions {
  if (typeof options !== "object" || options === null) {
    throw new ArgumentError("fit()", "options", options, "an object with at least `epochs`");
  }
  for (const [name, [holds, accepted]] of Object.entries(rules)) {
    const value = options[name as keyof FitOptions];
    const needed = name === "epochs" || (name === "checkpoint" && options.resume === true);
    if ((needed || value !== undefined) && !holds(value)) throw new ArgumentError("fit()", name, value, accepted);
  }
  const { learningRate = 1e-3, schedules = {}, validation, patience } = options;
  return {
    ...options,
    batchSize: options.batchSize ?? 128,
    learningRate: asSchedule(learningRate),
    optimizer: options.optimizer ?? ((rate) => tf.train.adam(rate)),
    schedules: Object.fromEntries(Object.entries(schedules).map(([name, value]) => [name, checkSchedule(name, value)])),
    seed: options.seed ?? 0,
    monitor: options.monitor ?? (validation === undefined ? "loss" : "validation_loss"),
    restoreBest: options.restoreBest ?? patience !== undefined,
    progress: options.progress ?? true,
    compile: options.compile ?? true,
  };
}

type Rule = [holds: (value: unknown) => boolean, accepted: string];

const isNumber = (value: unknown): value is number => Number.isFinite(value);
const isSchedule = (value: unknown): value is Schedule => typeof value === "function";
const asSchedule = (value: number | Schedule): Schedule => (isSchedule(value) ? value : constant(value));
const count: Rule = [(value) => Number.isInteger(value) && (value as number) > 0, "a whole number of at least 1"];
const flag: Rule = [(value) => typeof value === "boolean", "true or false"];
const text: Rule[0] = (value) => typeof value === "string" && value.length > 0;

const rules: Partial<Record<keyof FitOptions, Rule>> = {
  epochs: count,
  batchSize: count,
  learningRate: [(value) => isSchedule(value) || (isNumber(value) && value > 0), "a number above 0 or a schedule"],
  optimizer: [
    (value) => typeof value === "function",
    "a function that makes one: (learningRate) => tf.train.adam(learningRate)",
  ],
  clipNorm: [(value) => isNumber(value) && value > 0, "a number above 0"],
  schedules: [(value) => typeof value === "object" && value !== null, "an object of numbers and schedules"],
  patience: count,
  monitor: [text, 'the name of a measure, for example "validation_loss"'],
  restoreBest: flag,
  seed: [(value) => Number.isInteger(value) && (value as number) === ((value as number) | 0), "an integer of 32 bits"],
  onEpoch: [(value) => typeof value === "function", "a function"],
  checkpoint: [text, "the name of a file"],
  resume: flag,
  signal: [(value) => value instanceof AbortSignal, "an AbortSignal"],
  progress: flag,
  compile: flag,
  xla: flag,
};

function checkSchedule(name: string, value: unknown): Schedule {
  if (reservedColumns.has(name)) {
    throw new ArgumentError("fit()", "the name of a schedule", name, "one that rows of the history do not have");
  }
  if (!isSchedule(value) && !isNumber(value)) {
    throw new ArgumentError("fit()", `schedules.${name}`, value, "a finite number or a schedule");
  }
  return asSchedule(value);
}
