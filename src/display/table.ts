import type { MimeBundle } from "./mime-bundle";

/** The content of one cell of a table. */
export type Cell = string | number | boolean | null | undefined;

/** Escapes text for HTML. */
export const escapeHtml = (text: string): string =>
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");

/** A table as HTML: a header, then the rows. */
export function htmlTable(head: readonly string[], lines: readonly (readonly Cell[])[]): string {
  const line = (cells: readonly Cell[], tag: string): string =>
    `<tr>${cells.map((cell) => `<${tag}>${escapeHtml(say(cell))}</${tag}>`).join("")}</tr>`;
  const body = lines.map((cells) => line(cells, "td")).join("");
  return `<table><thead>${line(head, "th")}</thead><tbody>${body}</tbody></table>`;
}

/** The same table as Markdown, which is also readable as plain text. */
export function markdownTable(head: readonly string[], lines: readonly (readonly Cell[])[]): string {
  const line = (cells: readonly Cell[]): string =>
    `| ${cells.map((cell) => say(cell).replaceAll("|", "\\|")).join(" | ")} |`;
  return [line(head), line(head.map(() => "---")), ...lines.map(line)].join("\n");
}

/**
 * The display of a library object in a cell: a title line, then a small table.
 *
 * @param title one line
 * @param head the names of the columns
 * @param lines the rows; a table of more than a dozen keeps its first and last rows
 */
export function tableBundle(title: string, head: readonly string[], lines: readonly (readonly Cell[])[]): MimeBundle {
  const shown = shorten(lines, head.length);
  return {
    data: {
      "text/plain": lines.length === 0 ? title : `${title}\n${plainTable(head, shown)}`,
      "text/html": `<div>${escapeHtml(title)}</div>${lines.length === 0 ? "" : htmlTable(head, shown)}`,
    },
  };
}

/** The display of an object with a few named facts: a title line, then the name and value of each fact that is not undefined. */
export function factsBundle(title: string, facts: Readonly<Record<string, Cell>>): MimeBundle {
  const lines = Object.entries(facts).filter(([, value]) => value !== undefined);
  return {
    data: {
      "text/plain": [title, ...lines.map(([name, value]) => `  ${name}: ${say(value)}`)].join("\n"),
      "text/html": `<div>${escapeHtml(title)}</div>${htmlTable(["", ""], lines)}`,
    },
  };
}

/** The number of rows shown of a longer table: half of them from its beginning, half from its end. */
export const shownRows = 12;

function shorten(lines: readonly (readonly Cell[])[], columns: number): readonly (readonly Cell[])[] {
  if (lines.length <= shownRows) return lines;
  return [...lines.slice(0, shownRows / 2), Array(columns).fill("…"), ...lines.slice(-shownRows / 2)];
}

/** Columns of equal width, with numbers right-aligned. */
function plainTable(head: readonly string[], lines: readonly (readonly Cell[])[]): string {
  const rows = [head, ...lines.map((line) => line.map(say))];
  const widths = head.map((_, column) => Math.max(...rows.map((row) => (row[column] ?? "").length)));
  const numeric = head.map((_, column) =>
    lines.every((line) => typeof line[column] !== "string" || line[column] === "…"),
  );
  const pad = (text: string, column: number): string =>
    numeric[column] ? text.padStart(widths[column] as number) : text.padEnd(widths[column] as number);
  return rows.map((row) => row.map(pad).join("  ").trimEnd()).join("\n");
}

/** Numbers to five digits: a table is for reading, not for computing. */
function say(cell: Cell): string {
  if (cell === undefined || cell === null) return "";
  if (typeof cell !== "number") return String(cell);
  return Number.isInteger(cell) ? String(cell) : String(Number(cell.toPrecision(5)));
}
