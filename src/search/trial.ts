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
 * What is repeated for every fold and every combination of settings: fits a model on the examples `train` and scores it on
 * those of `validation`. Its result must depend on its arguments only, so that it may run anywhere and in any order.
 *
 * @param settings one value for each option of the grid
 * @param data indices of examples, and the signal that ends the search
 * @param seed of the model and of its fitting; the same for all settings of a fold, so that they are compared alike
 * @returns finite numbers by name, the same names every time; the first is the score unless the search names another
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
  /** Seconds the trial took. */
  seconds: number;
  /** The settings, and what the trial returned. */
  [column: string]: Setting;
}

/** A trial to run. */
export interface Job {
  /** Its place among the rows. */
  readonly index: number;
  readonly settings: Settings;
  /** The number of its fold, from 1. */
  readonly fold: number;
  readonly data: Fold;
  readonly seed: number;
}

/** What a trial returned, and how long it took. */
export interface Outcome {
  readonly metrics: Readonly<Record<string, number>>;
  readonly seconds: number;
}

/** Runs trials, one or several at a time; `jobs` is a queue, from which each is taken when its turn comes. */
export type Runner = (
  jobs: Iterator<Job>,
  ended: (job: Job, outcome: Outcome | Error) => void,
  signal: AbortSignal,
) => Promise<void>;
