import { type Displayable, displaySymbol } from "../display/mime-bundle";
import { htmlTable, markdownTable } from "../display/table";
import { formatSpread } from "../metrics/format-spread";
import { mean } from "../metrics/mean";
import { ArgumentError } from "../runtime/argument-error";

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

/** Options of `resultsTable()`. */
export interface ResultsTableOptions {
  /** Published values to compare with, by name and metric, with their source: `{ VAE: { elbo: "−86.8 [1]" } }`; defaults to none. */
  published?: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

/**
 * Measured results as a table. Each name gets a line with the mean ± standard deviation of each metric over the seeds, and the
 * mean run time in seconds. Names with the same metrics share a table. In a notebook, the output also passes the rows to the
 * tool that runs the notebook.
 *
 * @param rows at least one
 * @throws ArgumentError if there are no rows, if a metric is not a finite number, or if `published` has a name or metric that was
 *   not measured
 */
export function resultsTable(rows: readonly ResultRow[], { published = {} }: ResultsTableOptions = {}): Displayable {
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
  checkPublished(rows, published);
  const alike = new Map<string, string[]>();
  for (const name of new Set(rows.map((row) => row.name))) {
    const measured = metricsOf(rows, name).join("\n");
    alike.set(measured, [...(alike.get(measured) ?? []), name]);
  }
  const lines = [...alike.values()].map((names) => table(rows, names, published));
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

function checkPublished(rows: readonly ResultRow[], published: Published): void {
  for (const [name, values] of Object.entries(published)) {
    const measured = metricsOf(rows, name);
    const wrong = Object.keys(values).find((metric) => !measured.includes(metric));
    if (wrong === undefined) continue;
    const accepted = measured.length === 0 ? "a name that was measured" : `one of the metrics ${measured.join(", ")}`;
    throw new ArgumentError("resultsTable()", `published["${name}"]`, measured.length === 0 ? name : wrong, accepted);
  }
}

type Published = NonNullable<ResultsTableOptions["published"]>;

/** A header and the rows below it, as cells. */
function table(rows: readonly ResultRow[], names: readonly string[], published: Published): string[][] {
  const metrics = metricsOf(rows, names[0] as string);
  const isPublished = (metric: string): boolean => names.some((name) => published[name]?.[metric] !== undefined);
  return [
    ["", ...metrics.flatMap((metric) => (isPublished(metric) ? [metric, "published"] : [metric])), "seeds", "seconds"],
    ...names.map((name) => {
      const same = rows.filter((row) => row.name === name);
      const cells = metrics.flatMap((metric) => {
        const measured = formatSpread(same.map((row) => row.metrics[metric]).filter(isNumber));
        return isPublished(metric) ? [measured, published[name]?.[metric] ?? ""] : [measured];
      });
      return [name, ...cells, String(same.length), mean(same.map(({ seconds }) => seconds)).toFixed(1)];
    }),
  ];
}

const isNumber = (value: number | undefined): value is number => value !== undefined;
