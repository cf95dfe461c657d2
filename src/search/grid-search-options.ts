import { existsSync } from "node:fs";
import { availableParallelism } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { ArgumentError } from "../runtime/argument-error";
import { checkOptions, optionsSchema } from "../runtime/check-options";
import type { ClassLabels } from "../runtime/class-labels";
import { accepts, checkedElsewhere, flag, instance, oneOf, seedNumber, wholeNumber } from "../runtime/rules";
import type { Fold } from "./fold";
import { randomFolds } from "./random-folds";
import { stratifiedFolds } from "./stratified-folds";
import type { Setting, Settings, Trial } from "./trial";

/** Options of `crossValidate()`, and of `gridSearch()` in addition to its grid. */
export interface CrossValidateOptions {
  /** The class of each example, int32 [examples] or a list. Folds are stratified: each has the same class proportions. */
  labels?: ClassLabels;
  /** The number of examples, if they have no classes. Folds are random. */
  examples?: number;
  /** The number of folds, or the folds themselves (then pass neither `labels` nor `examples`); defaults to 5. */
  folds?: number | readonly Fold[];
  /** The seed of the split into folds and of the trials; defaults to 0. */
  seed?: number;
  /** The metric to compare by; defaults to the first that the trial returns. */
  score?: string;
  /** Whether the best score is the highest or the lowest; defaults to "highest". */
  goal?: "highest" | "lowest";
  /**
   * The number of processes that run trials in parallel, if the trial is a module; defaults to the number of cores. Each
   * process loads TensorFlow and its own data, and gets an equal share of the cores as threads.
   */
  processes?: number;
  /** Ends the search, like an interrupt of the kernel: running trials are dropped, and finished rows are kept. */
  signal?: AbortSignal;
  /** Whether to show progress; defaults to true. Turn off the progress of `fit` within trials. */
  progress?: boolean;
}

/** The values to try, by the name of the option. */
export type Grid = Readonly<Record<string, readonly Setting[]>>;

/** One value of each option of a grid. */
export type SettingsOf<G extends Grid> = { readonly [K in keyof G]: G[K][number] };

/** Options of `gridSearch()`. */
export interface GridSearchOptions<G extends Grid = Grid> extends CrossValidateOptions {
  /** The values to try, by the name of the option, with the simplest first. All combinations are tried. */
  grid: G;
  /**
   * Whether to choose the first settings of the grid with a mean score within one standard error of the best, instead of the
   * best; defaults to false.
   */
  oneStandardError?: boolean;
}

/** The checked arguments of a search. */
export interface CheckedSearch {
  /** The trial function, or the file of its module. */
  trial: Trial<never> | string;
  folds: readonly Fold[];
  settings: Settings[];
  seed: number;
  score: string | undefined;
  goal: "highest" | "lowest";
  oneStandardError: boolean;
  processes: number;
  signal: AbortSignal | undefined;
  progress: boolean;
}

const shared = {
  labels: checkedElsewhere.optional(),
  examples: checkedElsewhere.optional(),
  folds: checkedElsewhere.optional(),
  seed: seedNumber.optional(),
  score: accepts<string>((value) => typeof value === "string" && value.length > 0, "the name of a metric").optional(),
  goal: oneOf("highest", "lowest").optional(),
  processes: wholeNumber().optional(),
  signal: instance(AbortSignal, "an AbortSignal").optional(),
  progress: flag.optional(),
};
const crossValidateSchema = optionsSchema<CrossValidateOptions>(shared);
const gridSearchSchema = optionsSchema<GridSearchOptions>({
  ...shared,
  grid: accepts(
    (value) => typeof value === "object" && value !== null && !Array.isArray(value),
    "{ option: [values] }",
  ),
  oneStandardError: flag.optional(),
});

/** @throws ArgumentError naming the argument or option */
export function checkCrossValidation(
  where: string,
  trial: Trial<never> | string | URL,
  options: CrossValidateOptions,
): CheckedSearch {
  checkOptions(where, crossValidateSchema, options);
  return checkedSearch(where, trial, { ...options, grid: {} });
}

/** @throws ArgumentError naming the argument or option */
export function checkGridSearch(
  where: string,
  trial: Trial<never> | string | URL,
  options: GridSearchOptions,
): CheckedSearch {
  checkOptions(where, gridSearchSchema, options);
  return checkedSearch(where, trial, options);
}

function checkedSearch(where: string, trial: Trial<never> | string | URL, options: GridSearchOptions): CheckedSearch {
  const { grid, seed = 0, score, goal = "highest", oneStandardError = false, signal, progress = true } = options;
  const inline = typeof trial === "function";
  const file = inline ? undefined : moduleFile(where, trial);
  const { processes = inline ? 1 : availableParallelism() } = options;
  if (inline && processes > 1) {
    const accepted =
      "1 for a trial that is a function; for more, pass the file of a module with the trial as its default export";
    throw new ArgumentError(where, "processes", processes, accepted);
  }
  return {
    trial: file ?? (trial as Trial<never>),
    folds: foldsOf(where, options, seed),
    settings: combinations(where, grid),
    ...{ seed, score, goal, oneStandardError, processes, signal, progress },
  };
}

function moduleFile(where: string, trial: string | URL): string {
  const accepted = "a function, or the file of a module with a function as its default export";
  const isUrl = trial instanceof URL ? trial.protocol === "file:" : String(trial).startsWith("file:");
  if (!isUrl && typeof trial !== "string") throw new ArgumentError(where, "trial", trial, accepted);
  const file = isUrl ? fileURLToPath(trial) : path.resolve(trial as string);
  if (!existsSync(file)) throw new ArgumentError(where, "trial", String(trial), `${accepted}: there is no such file`);
  return file;
}

function foldsOf(where: string, { labels, examples, folds = 5 }: CrossValidateOptions, seed: number): readonly Fold[] {
  const given = [labels, examples].filter((value) => value !== undefined).length;
  if (typeof folds !== "number") {
    const fits = Array.isArray(folds) && folds.length > 0 && folds.every(isFold);
    if (!fits) throw new ArgumentError(where, "folds", folds, "a number or a list of {train, validation} index arrays");
    if (given > 0) throw new ArgumentError(where, "folds", folds.length, "a number if labels or examples are given");
    return folds;
  }
  if (given !== 1) throw new ArgumentError(where, "options", { labels, examples }, "either labels or examples");
  return labels === undefined
    ? randomFolds(examples as number, { folds, seed })
    : stratifiedFolds(labels, { folds, seed });
}

const isFold = (fold: Fold): boolean =>
  [fold?.train, fold?.validation].every((indices) => indices instanceof Int32Array && indices.length > 0);

/** The columns of a row that are neither settings nor metrics. */
const reserved = new Set(["fold", "seed", "seconds"]);

/** All combinations of the grid's values; the last option changes fastest. */
function combinations(where: string, grid: Grid): Settings[] {
  return Object.entries(grid).reduce<Settings[]>(
    (found, [name, values]) => {
      const fits = Array.isArray(values) && values.length > 0 && new Set(values).size === values.length;
      if (!(fits && values.every(isSetting))) {
        throw new ArgumentError(where, `grid.${name}`, values, "a list of different numbers, texts or booleans");
      }
      if (reserved.has(name)) throw new ArgumentError(where, "the name of an option", name, `none of ${[...reserved]}`);
      return found.flatMap((settings) => values.map((value) => ({ ...settings, [name]: value })));
    },
    [{}],
  );
}

const isSetting = (value: unknown): boolean =>
  Number.isFinite(value) || typeof value === "string" || typeof value === "boolean";

/** @throws Error unless the metrics are finite numbers, with names that no other column has */
export function checkMetrics(metrics: unknown, settings: Settings, score: string | undefined): void {
  if (typeof metrics !== "object" || metrics === null || Object.keys(metrics).length === 0) {
    throw new Error(`a trial must return numbers by name, for example {accuracy: 0.9}, but returned ${metrics}`);
  }
  for (const [name, value] of Object.entries(metrics)) {
    if (!Number.isFinite(value)) throw new Error(`the trial returned ${name} = ${value}, which is not a finite number`);
    if (reserved.has(name) || name in settings) throw new Error(`"${name}" names both a metric and another column`);
  }
  if (score !== undefined && !(score in metrics)) {
    throw new Error(`the trial returned no "${score}" to decide by; it returned ${Object.keys(metrics).join(", ")}`);
  }
}
