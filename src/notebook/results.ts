import { existsSync, readFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { z } from "zod";
import { type ResultRow, resultsType } from "../display/results-table";
import { isRun, type Notebook } from "./nbformat";

const rowSchema = z.strictObject({
  name: z.string().min(1),
  seed: z.number().int(),
  seconds: z.number().nonnegative(),
  tensorsLeaked: z.number().int(),
  metrics: z.record(z.string(), z.number()), // zod's number is finite: a NaN, which JSON writes as null, is refused
}) satisfies z.ZodType<ResultRow>;

/**
 * What a notebook's run measured, `notebooks/results/<notebook>.json`: `{"notebook": "03-…", "rows": [ResultRow, …]}`. The runner takes
 * the rows from what `resultsTable()` shows, so that the file and the page cannot differ.
 *
 * `notebooks/results/bands.json` holds what is expected, and no run ever writes it:
 * `{"<notebook>": {"<row name>": {"<metric>": [low, high]}}}`. Every metric of every row needs a band, and every band
 * needs its metric: a band that nothing is held against would be a check that cannot fail.
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

/** The name by which a notebook's results go: its file name without the ending. */
export function resultsName(notebookPath: string): string {
  return basename(notebookPath, ".ipynb");
}

/** Where a notebook's results are kept. */
export function resultsPath(notebookPath: string): string {
  return join(dirname(notebookPath), "results", `${resultsName(notebookPath)}.json`);
}

/** The bands of a notebook, or undefined when none are kept for it. Throws when the file is not as it should be. */
export function readBands(notebookPath: string): Bands | undefined {
  const path = join(dirname(notebookPath), "results", "bands.json");
  if (!existsSync(path)) return undefined;
  const parsed = bandsSchema.safeParse(JSON.parse(readFileSync(path, "utf8")));
  if (!parsed.success) throw new Error(`${path}: ${z.prettifyError(parsed.error)}`);
  return parsed.data[resultsName(notebookPath)];
}

/** The results that a notebook's outputs show, or undefined when there are none. Throws when one is malformed. */
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

/** What is wrong with these results, one sentence each; nothing when every metric lies in its band. */
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
