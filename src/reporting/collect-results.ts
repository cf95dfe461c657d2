import { type Displayable, displaySymbol } from "../display/mime-bundle";
import { formatSpread } from "../metrics/format-spread";
import { mean } from "../metrics/mean";
import { stdDev } from "../metrics/std-dev";
import { ArgumentError } from "../runtime/argument-error";
import { nearestName } from "../runtime/nearest-name";
import { tf } from "../runtime/tensorflow";
import { type ResultRow, type ResultsTableOptions, resultsTable } from "./results-table";

/** Values by metric name. */
export type Metrics = ResultRow["metrics"];

/** A run that has been measured elsewhere. */
export interface NewResult extends Pick<ResultRow, "name" | "seed" | "metrics"> {
  /** How long the run took; defaults to 0, for values that come from a run that is listed already. */
  seconds?: number;
  /** Tensors that the run left behind; defaults to 0. */
  tensorsLeaked?: number;
}

/** The measurements of a notebook. It shows itself in a cell as a table of mean ± standard deviation. */
export interface Results extends Displayable {
  /** All runs, in the order in which they were added. */
  readonly rows: readonly ResultRow[];
  /** Runs a function, and adds the metrics it returns with its seconds and the number of tensors it leaves behind. */
  measure(name: string, seed: number, run: () => Metrics | Promise<Metrics>): Promise<Metrics>;
  /** Adds a run that has been measured elsewhere. */
  add(result: NewResult): void;
  /** A metric of all runs of a name, in the order in which they were added. */
  values(name: string, metric: string): number[];
  /** The mean of a metric over the runs of a name. */
  mean(name: string, metric: string): number;
  /** The sample standard deviation of a metric over the runs of a name; 0 for one run. */
  stdDev(name: string, metric: string): number;
  /** Mean and standard deviation as text, such as "97.3 ± 0.4"; see `formatSpread()`. */
  summary(name: string, metric: string, decimals?: number): string;
  /** The table, with published numbers beside the measured ones. */
  table(options?: ResultsTableOptions): Displayable;
}

/** Starts an empty list of measurements: one row for each model and seed. */
export function collectResults(): Results {
  const rows: ResultRow[] = [];
  const values = (name: string, metric: string): number[] => {
    const runs = rows.filter((row) => row.name === name);
    if (runs.length === 0) throw unknown("name", name, new Set(rows.map((row) => row.name)));
    const found = runs.map(({ metrics }) => metrics[metric]).filter((value) => value !== undefined);
    if (found.length === 0) throw unknown("metric", metric, new Set(runs.flatMap((row) => Object.keys(row.metrics))));
    return found;
  };
  const add = ({ seconds = 0, tensorsLeaked = 0, ...result }: NewResult): void => {
    rows.push({ ...result, seconds, tensorsLeaked });
  };
  return {
    rows,
    add,
    async measure(name, seed, run) {
      const [start, tensors] = [performance.now(), tf.memory().numTensors];
      const metrics = await run();
      const seconds = (performance.now() - start) / 1000;
      add({ name, seed, seconds, tensorsLeaked: tf.memory().numTensors - tensors, metrics });
      return metrics;
    },
    values,
    mean: (name, metric) => mean(values(name, metric)),
    stdDev: (name, metric) => stdDev(values(name, metric)),
    summary: (name, metric, decimals) => formatSpread(values(name, metric), decimals),
    table: (options) => resultsTable(rows, options),
    [displaySymbol]: () => resultsTable(rows)[displaySymbol](),
  };
}

function unknown(what: string, given: string, known: ReadonlySet<string>): ArgumentError {
  const accepted = known.size === 0 ? "measured first" : `one of the measured: ${[...known].join(", ")}`;
  const nearest = nearestName(given, [...known]);
  const fix = nearest === undefined ? undefined : `Did you mean ${JSON.stringify(nearest)}?`;
  return new ArgumentError("collectResults()", what, given, accepted, fix);
}
