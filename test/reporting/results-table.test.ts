import { describe, expect, test } from "vitest";
import type { MimeBundle } from "../../src/display/mime-bundle";
import { displaySymbol } from "../../src/display/mime-bundle";
import { type ResultRow, resultsTable, resultsType } from "../../src/reporting/results-table";

const row = (name: string, seed: number, metrics: Record<string, number>): ResultRow => ({
  name,
  seed,
  seconds: seed,
  tensorsLeaked: 0,
  metrics,
});
const data = (rows: ResultRow[]) => (resultsTable(rows)[displaySymbol]() as MimeBundle).data;

describe("resultsTable()", () => {
  test("shows mean ± sd over the seeds, to four digits of the mean", () => {
    const rows = [row("VAE", 1, { elbo: -100 }), row("VAE", 3, { elbo: -102 }), row("AE", 1, { elbo: -0.001234567 })];
    expect(data(rows)["text/plain"]).toBe(
      "|  | elbo | seeds | seconds |\n| --- | --- | --- | --- |\n| VAE | -101.0 ± 1.4 | 2 | 2.0 |\n| AE | -0.001235 | 1 | 1.0 |",
    );
  });

  test("gives names that were measured differently tables of their own", () => {
    const rows = [row("a", 1, { elbo: 1 }), row("b", 1, { accuracy: 0.5 }), row("c", 1, { elbo: 2 })];
    expect(String(data(rows)["text/html"]).match(/<table>/g)).toHaveLength(2);
    expect(data(rows)["text/plain"]).toContain("| a | 1.000 | 1 | 1.0 |\n| c | 2.000 | 1 | 1.0 |");
  });

  test("hands the rows over as they are, and escapes names as HTML", () => {
    const rows = [row("k < 5 & more", 1, { elbo: 1 })];
    expect(data(rows)[resultsType]).toEqual({ rows });
    expect(data(rows)["text/html"]).toContain("<td>k &lt; 5 &amp; more</td>");
  });

  test("refuses no rows, and names a metric that is not a finite number", () => {
    expect(() => resultsTable([])).toThrow(/rows .*at least one row of results/s);
    expect(() => resultsTable([row("VAE", 2, { elbo: Number.NaN })])).toThrow(
      /elbo of "VAE", seed 2 must be a finite number, but got NaN/,
    );
  });
});
