import { type Displayable, displaySymbol, type MimeBundle } from "../display/mime-bundle";
import { tableBundle } from "../display/table";
import type { Settings, TrialRow } from "./trial";

/** The scores of one combination of settings, over the folds. */
export interface SearchSummary<S extends Settings = Settings> {
  readonly settings: S;
  /** The number of scored folds. */
  readonly folds: number;
  /** The mean score over the folds. */
  readonly mean: number;
  /** The standard deviation of the score over the folds (divisor folds − 1); 0 for a single fold. */
  readonly stdDev: number;
  /**
   * The standard error of the mean, stdDev / √folds. The folds share most of their training data, so this underestimates the
   * error of the method (Bengio & Grandvalet 2004). Use it only to compare settings.
   */
  readonly standardError: number;
}

/** How a search compares its settings. */
export interface SearchCriteria {
  /** The metric to compare by. */
  score: string;
  /** Whether the best score is the highest or the lowest. */
  goal: "highest" | "lowest";
  /** Whether to choose the first settings within one standard error of the best. */
  oneStandardError: boolean;
  /** The number of folds that each combination needs to be complete. */
  folds: number;
}

/**
 * The result of a cross-validation or a grid search: a tidy table, which `aq.from(search.rows)` reads, and the
 * recommended settings.
 */
export class Search<S extends Settings = Settings> implements Displayable {
  /** One entry for each combination of settings with a score, in the order of the grid. */
  readonly summary: readonly SearchSummary<S>[];
  /**
   * The recommended settings: those with the best mean score or, with `oneStandardError`, the first of the grid with a mean
   * within one standard error of the best. Undefined if no combination has all its folds.
   */
  readonly best: S | undefined;

  constructor(
    /** One row per trial: the settings, `fold`, `seed`, `seconds` and the metrics. */
    readonly rows: readonly TrialRow[],
    settings: readonly S[],
    readonly criteria: SearchCriteria,
    readonly stopReason: "completed" | "interrupted" | "failed",
    /** Total seconds. */
    readonly seconds: number,
  ) {
    this.summary = settings.flatMap((one) => {
      const scores = rows.filter((row) => matches(row, one)).map((row) => Number(row[criteria.score]));
      return scores.length === 0 ? [] : [summarize(one, scores)];
    });
    this.best = choose(this.summary, criteria)?.settings;
  }

  /** The summary of the recommended settings. */
  get bestSummary(): SearchSummary<S> | undefined {
    return this.summary.find(({ settings }) => settings === this.best);
  }

  toString(): string {
    const found = this.bestSummary;
    const trials = `${this.stopReason} · ${this.rows.length} ${this.rows.length === 1 ? "trial" : "trials"}`;
    if (found === undefined) return trials;
    const said = `${this.criteria.score} ${found.mean.toPrecision(4)} ± ${found.standardError.toPrecision(2)}`;
    return `${trials} · ${[saySettings(found.settings), said].filter(Boolean).join(": ")}`;
  }

  [displaySymbol](): MimeBundle {
    const { score } = this.criteria;
    const names = Object.keys(this.summary[0]?.settings ?? {});
    return tableBundle(
      `Search: ${this}`,
      [...names, score, "standard error", "folds"],
      this.summary.map(({ settings, mean, standardError, folds }) => [
        ...names.map((name) => settings[name]),
        ...[mean, standardError, folds],
      ]),
    );
  }
}

const matches = (row: TrialRow, settings: Settings): boolean =>
  Object.entries(settings).every(([name, value]) => row[name] === value);

/** Settings as text: `lambda = 10, hidden = 64`. */
export const saySettings = (settings: Settings): string =>
  Object.entries(settings)
    .map(([name, value]) => `${name} = ${value}`)
    .join(", ");

function summarize<S extends Settings>(settings: S, scores: readonly number[]): SearchSummary<S> {
  const folds = scores.length;
  const mean = scores.reduce((sum, score) => sum + score, 0) / folds;
  const squares = scores.reduce((sum, score) => sum + (score - mean) ** 2, 0);
  const stdDev = folds > 1 ? Math.sqrt(squares / (folds - 1)) : 0;
  return { settings, folds, mean, stdDev, standardError: stdDev / Math.sqrt(folds) };
}

function choose<S extends Settings>(
  summary: readonly SearchSummary<S>[],
  { goal, oneStandardError, folds }: SearchCriteria,
): SearchSummary<S> | undefined {
  const sign = goal === "highest" ? 1 : -1;
  const complete = summary.filter((one) => one.folds === folds);
  const top = complete.reduce<SearchSummary<S> | undefined>(
    (best, one) => (best === undefined || sign * one.mean > sign * best.mean ? one : best),
    undefined,
  );
  if (top === undefined || !oneStandardError) return top;
  // Breiman et al. 1984, section 3.4.3: choose the simplest model with an error within one standard error of the smallest.
  return complete.find((one) => sign * one.mean >= sign * top.mean - top.standardError);
}
