import { inspect, types } from "node:util";
import type { MimeBundle } from "../../display/mime-bundle";
import { type Cell, shownRows, tableBundle } from "../../display/table";
import type { Viewer } from "./viewer";

/** The number of columns shown. */
const mostColumns = 20;
/** The number of characters of a cell shown. */
const longestCell = 80;

type Row = Readonly<Record<string, unknown>>;

/** Shows an array of records as a table: plain objects, each with at least one field. */
export const viewRecords: Viewer = (value): MimeBundle | undefined => {
  if (!Array.isArray(value) || types.isProxy(value) || value.length === 0 || !value.every(isRecord)) return undefined;
  const rows = value as readonly Row[];
  const columns = [...new Set(rows.flatMap(Object.keys))];
  const head = columns.slice(0, mostColumns);
  const title = [
    `${count(rows.length, "row")} × ${count(columns.length, "column")}`,
    ...(rows.length > shownRows ? [`${count(rows.length - shownRows, "row")} in the middle left out`] : []),
    ...(columns.length > mostColumns ? [`${count(columns.length - mostColumns, "column")} at the end left out`] : []),
  ].join(", ");
  return tableBundle(
    title,
    head,
    rows.map((row) => head.map((column) => cell(row[column]))),
  );
};

function isRecord(value: unknown): boolean {
  if (typeof value !== "object" || value === null || types.isProxy(value)) return false;
  const prototype = Object.getPrototypeOf(value);
  return (prototype === Object.prototype || prototype === null) && Object.keys(value).length > 0;
}

function cell(value: unknown): Cell {
  if (value === null) return "null";
  if (["number", "boolean", "undefined"].includes(typeof value)) return value as Cell;
  const text = typeof value === "string" ? value : inspect(value, { depth: 0, breakLength: Number.POSITIVE_INFINITY });
  const line = text.replace(/\s+/g, " ");
  return line.length > longestCell ? `${line.slice(0, longestCell - 1)}…` : line;
}

const count = (n: number, noun: string): string => `${n.toLocaleString("en")} ${noun}${n === 1 ? "" : "s"}`;
