import { interruption } from "../display/interruption";
import { liveDisplay } from "../display/live-display";
import { deriveSeed } from "../runtime/derive-seed";
import { duration } from "../training/progress";
import {
  type CheckedSearch,
  checkGridSearch,
  checkMetrics,
  type Grid,
  type GridSearchOptions,
  type SettingsOf,
} from "./grid-search-options";
import { runInProcesses } from "./run-in-processes";
import { runInline } from "./run-inline";
import { Search, saySettings } from "./search";
import type { Job, Outcome, Settings, Trial, TrialRow } from "./trial";
import { TrialError } from "./trial-error";

/** How often (ms) the displayed time is updated while trials run. */
const displayInterval = 500;

/**
 * Scores every combination of settings by K-fold cross-validation (Stone 1974) and recommends one. All settings use the same
 * folds and seeds. A trial function runs in this process, one trial at a time. A trial module runs in parallel processes, with
 * the same results.
 *
 *     const search = await gridSearch(trial, { grid: { lambda: [0, 1, 10] }, labels, folds: 5 });
 *     search.best; // { lambda: 1 }
 *
 * @param trial a function that fits and scores a model, or the file or URL of a module (.mjs, .js) with such a function as its
 *   default export
 * @returns every trial as a row, means and standard errors by settings, and the recommended settings. After an interrupt, it
 *   contains the finished trials
 * @throws ArgumentError for options out of range; TrialError if a trial threw, after the other trials have ended
 */
export async function gridSearch<const G extends Grid>(
  trial: Trial<SettingsOf<G>> | string | URL,
  options: GridSearchOptions<G>,
): Promise<Search<SettingsOf<G>>> {
  const checked = checkGridSearch("gridSearch()", trial, options);
  return search("gridSearch()", "grid search", checked) as Promise<Search<SettingsOf<G>>>;
}

interface Failure {
  job: Job;
  error: Error;
}

/**
 * Runs all trials.
 *
 * @param title the title of the progress display
 */
export async function search(where: string, title: string, checked: CheckedSearch): Promise<Search> {
  const { trial, folds, settings, goal, oneStandardError } = checked;
  const jobs = jobsOf(checked);
  const rows: (TrialRow | undefined)[] = jobs.map(() => undefined);
  const failures: Failure[] = [];
  let score = checked.score;
  const signal = interruption(checked.signal);
  const display = checked.progress ? liveDisplay() : undefined;
  const start = performance.now();
  const seconds = (): number => (performance.now() - start) / 1000;
  const show = (): void => {
    const done = rows.filter(Boolean).length + failures.length;
    display?.update(done, jobs.length, () => progressLine(title, done, jobs.length, seconds()));
  };
  const enter = (job: Job, outcome: Outcome | Error): void => {
    try {
      if (outcome instanceof Error) throw outcome;
      checkMetrics(outcome.metrics, job.settings, score);
      score ??= Object.keys(outcome.metrics)[0] as string;
      const { fold, seed } = job;
      rows[job.index] = { ...job.settings, fold, seed, seconds: outcome.seconds, ...outcome.metrics };
    } catch (error) {
      failures.push({ job, error: error as Error });
    }
    show();
  };
  const result = (ending: Search["stopReason"]): Search =>
    new Search(
      rows.filter((row) => row !== undefined),
      settings,
      { score: score ?? "", goal, oneStandardError, folds: folds.length },
      ending,
      seconds(),
    );
  show();
  const timer = setInterval(show, displayInterval);
  const run =
    typeof trial === "string" ? runInProcesses(trial, Math.min(checked.processes, jobs.length)) : runInline(trial);
  try {
    await run(jobs.values(), enter, signal);
  } catch (error) {
    display?.end(`${title} · failed · ${(error as Error).name}`);
    throw error;
  } finally {
    clearInterval(timer);
  }
  const found = result(signal.aborted ? "interrupted" : failures.length > 0 ? "failed" : "completed");
  display?.end(`${title} · ${found} · ${duration(found.seconds)}`);
  if (failures.length > 0) throw trialError(where, failures, jobs.length, found);
  return found;
}

function progressLine(title: string, done: number, trials: number, seconds: number): string {
  const left = done > 0 ? [`${duration((seconds / done) * (trials - done))} left`] : [];
  return [title, `${done} of ${trials} trials`, ...left].join(" · ");
}

/** All trials, starting with those of the first settings. The seed of a fold is the same for all settings. */
function jobsOf({ folds, settings, seed }: CheckedSearch): Job[] {
  const seeds = folds.map((_, fold) => deriveSeed(seed, fold + 1));
  return settings
    .flatMap((one) => folds.map((data, fold) => ({ settings: one, data, fold: fold + 1, seed: seeds[fold] as number })))
    .map((job, index) => ({ ...job, index }));
}

function trialError(where: string, failures: readonly Failure[], trials: number, found: Search<Settings>): TrialError {
  // Parallel processes end in any order, so report the failure that comes first in the grid.
  const { job, error } = failures.reduce((first, one) => (one.job.index < first.job.index ? one : first));
  const which = [saySettings(job.settings), `fold ${job.fold}`].filter(Boolean).join(", ");
  const count = `${failures.length} of ${trials} trials failed${failures.length > 1 ? ", first" : ":"}`;
  const message = `${where}: ${count} ${which}: ${error.message}`;
  return new TrialError(message, found, job.settings, job.fold, error);
}
