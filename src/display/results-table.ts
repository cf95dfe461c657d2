import { ArgumentError } from "../runtime/argument-error";
import { type Displayable, displaySymbol } from "./mime-bundle";
import { htmlTable, markdownTable } from "./table";

/** The MIME type of measured results, `{rows}`. Tools that run a notebook use it to find the results among the outputs. */
export const resultsType = "application/vnd.elbo-lab.results+json";

/** The measurements of one run. */
export interface ResultRow {
  /** What was run, such as "VAE, 10 epochs"; the same for all seeds. */
  readonly name: string;
  readonly seed: number;
  readonly seconds: number;
  /** Tensors that are alive after the run but were not before it; anything but 0 is a failure. */
  readonly tensorsLeaked: number;
  /** Values by metric name; finite numbers. */
  readonly metrics: Readonly<Record<string, number>>;
}

/**
 * Measured results as a table. Each name gets a line with the mean ± standard deviation of each metric over the seeds, and the
 * mean run time in seconds. Names with the same metrics share a table. In a notebook, the output also passes the rows to the
 * tool that runs the notebook.
 *
 * @param rows at least one
 * @throws ArgumentError if there are no rows, or if a metric is not a finite number
 */
export function resultsTable(rows: readonly ResultRow[]): Displayable {
  if (!Array.isArray(rows) || rows.length === 0) {
    throw new ArgumentError("resultsTable()", "rows", rows, "at least one row of results");
  }
  for (const [i, row] of rows.entries()) {
    const { name, seed, metrics } = (row ?? {}) as Partial<ResultRow>;
    if (typeof name !== "string" || typeof metrics !== "object" || metrics === null) {
      throw new ArgumentError("resultsTable()", `rows[${i}]`, row, "{name, seed, seconds, tensorsLeaked, metrics}");
    }
    const wrong = Object.entries(metrics).find(([, value]) => !Number.isFinite(value));
    if (wrong === undefined) continue;
    throw new ArgumentError("resultsTable()", `${wrong[0]} of "${name}", seed ${seed}`, wrong[1], "a finite number");
  }
  const alike = new Map<string, string[]>();
  for (const name of new Set(rows.map((row) => row.name))) {
    const measured = metricsOf(rows, name).join("\n");
    alike.set(measured, [...(alike.get(measured) ?? []), name]);
  }
  const lines = [...alike.values()].map((names) => table(rows, names));
  return {
    [displaySymbol]: () => ({
      data: {
        [resultsType]: { rows },
        "text/html": lines.map(([head, ...rest]) => htmlTable(head as string[], rest)).join("\n"),
        "text/plain": lines.map(([head, ...rest]) => markdownTable(head as string[], rest)).join("\n\n"),
      },
    }),
  };
}

const metricsOf = (rows: readonly ResultRow[], name: string): string[] => [
  ...new Set(rows.filter((row) => row.name === name).flatMap(({ metrics }) => Object.keys(metrics))),
];

/** A header and the rows below it, as cells. */
function table(rows: readonly ResultRow[], names: readonly string[]): string[][] {
  const metrics = metricsOf(rows, names[0] as string);
  return [
    ["", ...metrics, "seeds", "seconds"],
    ...names.map((name) => {
      const same = rows.filter((row) => row.name === name);
      const cells = metrics.map((metric) => meanAndSd(same.map((row) => row.metrics[metric]).filter(isNumber)));
      return [name, ...cells, String(same.length), meanOf(same.map(({ seconds }) => seconds)).toFixed(1)];
    }),
  ];
}

const isNumber = (value: number | undefined): value is number => value !== undefined;
const meanOf = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

/** The mean to four significant digits, and the standard deviation to the same number of decimal places. */
function meanAndSd(values: readonly number[]): string {
  const mean = meanOf(values);
  const places = mean === 0 ? 0 : Math.min(6, Math.max(0, 3 - Math.floor(Math.log10(Math.abs(mean)))));
  if (values.length < 2) return mean.toFixed(places);
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1);
  return `${mean.toFixed(places)} ± ${Math.sqrt(variance).toFixed(places)}`;
}
