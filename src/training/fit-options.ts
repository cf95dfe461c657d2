import { ArgumentError } from "../runtime/argument-error";
import type { tf } from "../runtime/tensorflow";
import type { HistoryRow } from "./history";
import { constant, type Schedule } from "./schedules";
import type { TrainingData } from "./training-data";

/** Options of `fit()`. */
export interface FitOptions {
  /** How often to go through the data; with `resume`, including the epochs before. */
  epochs: number;
  /** Examples per step; defaults to 128. The last step of an epoch takes what is left. */
  batch?: number;
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
  /** Stop after this many epochs without a new lowest `monitor`, and put the best variables back; defaults to never. */
  patience?: number;
  /** The measure that decides what is best, of the first phase; defaults to "validation_loss", or "loss" without validation. */
  monitor?: string;
  /** Whether to put the variables of the best epoch back at the end; defaults to true with `patience`, false without. */
  restoreBest?: boolean;
  /** Seed of the shuffling and of all noise; defaults to 0. */
  seed?: number;
  /** Called after every epoch with its rows, one per phase; `stop()` ends the fit. */
  onEpoch?: (rows: readonly HistoryRow[], controls: { stop(): void }) => void | Promise<void>;
  /** A file to save the state of the fit to: after every epoch, and when it is interrupted. */
  checkpoint?: string;
  /** Go on from the checkpoint if there is one; defaults to false, which starts anew. */
  resume?: boolean;
  /** Stops the fit after the current step, as an interrupt of the notebook's kernel does. */
  signal?: AbortSignal;
  /** Whether to show progress; defaults to true. */
  progress?: boolean;
  /** Whether to compile a step into one TensorFlow graph; op by op, the results are the same. Defaults to true. */
  compile?: boolean;
  /** Whether XLA compiles that graph; defaults to true for models without convolutions, which XLA slows down on a CPU. */
  xla?: boolean;
}

/** The options with their defaults, checked. */
export interface CheckedFitOptions extends FitOptions {
  batch: number;
  learningRate: Schedule;
  schedules: Readonly<Record<string, Schedule>>;
  seed: number;
  restoreBest: boolean;
  monitor: string;
}

/** @throws ArgumentError naming the option, what was given and what is accepted */
export function checkFitOptions(options: FitOptions): CheckedFitOptions {
  if (typeof options !== "object" || options === null) {
    throw new ArgumentError("fit()", "options", options, "an object with at least `epochs`");
  }
  const { epochs, batch = 128, learningRate = 1e-3, clipNorm, patience, seed = 0, resume, checkpoint } = options;
  const whole = (value: number): boolean => Number.isInteger(value) && value > 0;
  const positive = (value: number): boolean => value > 0 && value < Number.POSITIVE_INFINITY;
  const rules: [name: string, value: unknown, holds: boolean, accepted: string][] = [
    ["epochs", epochs, whole(epochs), "a whole number of at least 1"],
    ["batch", batch, whole(batch), "a whole number of at least 1"],
    [
      "learningRate",
      learningRate,
      isSchedule(learningRate) || positive(learningRate),
      "a number above 0 or a schedule",
    ],
    ["clipNorm", clipNorm, clipNorm === undefined || positive(clipNorm), "a number above 0"],
    ["patience", patience, patience === undefined || whole(patience), "a whole number of at least 1"],
    ["seed", seed, Number.isInteger(seed), "a whole number"],
    ["checkpoint", checkpoint, !resume || checkpoint !== undefined, "the file to resume from"],
  ];
  for (const [name, value, holds, accepted] of rules) {
    if (!holds) throw new ArgumentError("fit()", name, value, accepted);
  }
  const schedules: Record<string, Schedule> = {};
  for (const [name, value] of Object.entries(options.schedules ?? {})) {
    if (!isSchedule(value) && !Number.isFinite(value)) {
      throw new ArgumentError("fit()", `schedules.${name}`, value, "a finite number or a schedule");
    }
    schedules[name] = isSchedule(value) ? value : constant(value);
  }
  return {
    ...options,
    batch,
    seed,
    schedules,
    learningRate: isSchedule(learningRate) ? learningRate : constant(learningRate),
    monitor: options.monitor ?? (options.validation ? "validation_loss" : "loss"),
    restoreBest: options.restoreBest ?? patience !== undefined,
  };
}

const isSchedule = (value: unknown): value is Schedule => typeof value === "function";
