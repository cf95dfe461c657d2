import type { Fold } from "./fold";

/** A value of an option that a search tries. */
export type Setting = number | string | boolean;

/** One value for each option. */
export type Settings = Readonly<Record<string, Setting>>;

/** The examples of a trial. */
export interface TrialData extends Fold {
  /** Aborted when the search is interrupted; pass it on to `fit()`. */
  readonly signal: AbortSignal;
}

/**
 * A function that runs for every fold and every combination of settings. It fits a model on the examples in `train` and
 * scores it on those in `validation`. Its result must depend only on its arguments, so that trials can run anywhere and in
 * any order.
 *
 * @param settings one value for each option of the grid
 * @param data indices of examples, and the signal that ends the search
 * @param seed the seed for the model and for `fit`; it is the same for all settings of a fold, for a fair comparison
 * @returns finite numbers by name, with the same names in every trial; the first is the score, unless the search names
 *   another
 */
export type Trial<S extends Settings = Settings> = (
  settings: S,
  data: TrialData,
  seed: number,
) => Readonly<Record<string, number>> | Promise<Readonly<Record<string, number>>>;

/** The result of one trial. */
export interface TrialRow {
  /** The number of the fold, from 1. */
  fold: number;
  seed: number;
  /** The run time of the trial in seconds. */
  seconds: number;
  /** The settings, and the metrics that the trial returned. */
  [column: string]: Setting;
}

/** A trial to run. */
export interface Job {
  /** Its position among the rows. */
  readonly index: number;
  readonly settings: Settings;
  /** The number of its fold, from 1. */
  readonly fold: number;
  readonly data: Fold;
  readonly seed: number;
}

/** The metrics that a trial returned, and its run time. */
export interface Outcome {
  readonly metrics: Readonly<Record<string, number>>;
  readonly seconds: number;
}

/** Runs trials, one or several at a time. `jobs` is a queue. */
export type Runner = (
  jobs: Iterator<Job>,
  ended: (job: Job, outcome: Outcome | Error) => void,
  signal: AbortSignal,
) => Promise<void>;
