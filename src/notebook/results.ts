import { existsSync, readFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { z } from "zod";
import { type ResultRow, resultsType } from "../reporting/results-table";
import { isRun, type Notebook } from "./nbformat";

const rowSchema = z.strictObject({
  name: z.string().min(1),
  seed: z.number().int(),
  seconds: z.number().nonnegative(),
  tensorsLeaked: z.number().int(),
  metrics: z.record(z.string(), z.number()), // zod's number is finite, so NaN, which JSON writes as null, is rejected
}) satisfies z.ZodType<ResultRow>;

/**
 * The measurements of a notebook run, in `notebooks/results/<notebook>.json`: `{"notebook": "03-…", "rows": [ResultRow, …]}`. The
 * runner takes the rows from the output of `resultsTable()`, so the file and the notebook always agree.
 *
 * `notebooks/results/bands.json` contains the expected values, and no run ever writes it: `{"<notebook>": {"<row name>":
 * {"<metric>": [low, high]}}}`. Every metric of every row needs a band, and every band needs a metric: a band without a metric
 * would be a check that cannot fail.
 */
export const resultsSchema = z.strictObject({ notebook: z.string().min(1), rows: z.array(rowSchema).min(1) });
/** The content of `notebooks/results/<notebook>.json`. */
export type Results = z.infer<typeof resultsSchema>;

const band = z
  .tuple([z.number(), z.number()])
  .refine(([low, high]) => low <= high, "a band is [low, high] with low <= high");
const bandsSchema = z.record(z.string(), z.record(z.string(), z.record(z.string(), band)));
/** The bands of one notebook: by row name, then by metric. */
export type Bands = z.infer<typeof bandsSchema>[string];

/** The name of a notebook's results: its file name without the extension. */
export function resultsName(notebookPath: string): string {
  return basename(notebookPath, ".ipynb");
}

/** The path of a notebook's results file. */
export function resultsPath(notebookPath: string): string {
  return join(dirname(notebookPath), "results", `${resultsName(notebookPath)}.json`);
}

/** The bands of a notebook, or undefined if it has none. Throws if the file is invalid. */
export function readBands(notebookPath: string): Bands | undefined {
  const path = join(dirname(notebookPath), "results", "bands.json");
  if (!existsSync(path)) return undefined;
  const parsed = bandsSchema.safeParse(JSON.parse(readFileSync(path, "utf8")));
  if (!parsed.success) throw new Error(`${path}: ${z.prettifyError(parsed.error)}`);
  return parsed.data[resultsName(notebookPath)];
}

/** The results in a notebook's outputs, or undefined if there are none. Throws if one is malformed. */
export function resultsIn(notebook: Notebook, name: string): Results | undefined {
  const rows = notebook.cells.filter(isRun).flatMap((cell) =>
    cell.outputs.flatMap((output) => {
      const shown = "data" in output ? output.data[resultsType] : undefined;
      if (shown === undefined) return [];
      const parsed = z.strictObject({ rows: z.array(rowSchema).min(1) }).safeParse(shown);
      if (!parsed.success) throw new Error(`an output of type ${resultsType}: ${z.prettifyError(parsed.error)}`);
      return parsed.data.rows;
    }),
  );
  return rows.length === 0 ? undefined : { notebook: name, rows };
}

/** The problems with these results, one sentence each; empty if every metric is in its band. */
export function bandFailures(results: Results | undefined, bands: Bands | undefined): string[] {
  const wrong: string[] = [];
  const rows = results?.rows ?? [];
  for (const row of rows) {
    const where = `"${row.name}" (seed ${row.seed})`;
    for (const [metric, value] of Object.entries(row.metrics)) {
      const [low, high] = bands?.[row.name]?.[metric] ?? [];
      if (low === undefined || high === undefined)
        wrong.push(`${metric} of ${where} has no band in results/bands.json`);
      else if (!(low <= value && value <= high)) {
        wrong.push(`${metric} of ${where} is ${value}, outside its band [${low}, ${high}]`);
      }
    }
  }
  for (const [name, metrics] of Object.entries(bands ?? {})) {
    for (const metric of Object.keys(metrics)) {
      if (!rows.some((row) => row.name === name && metric in row.metrics)) {
        wrong.push(`results/bands.json has a band for ${metric} of "${name}", but the notebook shows no such result`);
      }
    }
  }
  return wrong;
}
