import type { Spec } from "../figure/figure";

/**
 * Columns as the inline data of a Vega-Lite specification. CSV text is half the size of a list of records, which
 * matters for thousands of points.
 * @param columns lists of equal length; a list of strings stays text
 */
export function csvData(columns: Readonly<Record<string, readonly (number | string)[]>>): Spec {
  const names = Object.keys(columns);
  const lists = Object.values(columns);
  const lines = (lists[0] ?? []).map((_, row) => lists.map((list) => field(list[row]!)).join(","));
  const parse = Object.fromEntries(
    names.map((name, i) => [name, typeof lists[i]![0] === "string" ? "string" : "number"]),
  );
  return { values: [names.join(","), ...lines].join("\n"), format: { type: "csv", parse } };
}

function field(value: number | string): string {
  return typeof value === "number" ? String(value) : `"${value.replaceAll('"', '""')}"`;
}
