import { readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { isJsonType, type Notebook, notebookSchema } from "./nbformat";

/** Reads a notebook (nbformat 4.x). If it is invalid, throws an error that names the file and the first problems. */
export function readNotebook(path: string): Notebook {
  let content: string;
  try {
    content = readFileSync(path, "utf8");
  } catch (error) {
    throw new Error(`${path} cannot be read: ${(error as Error).message}`);
  }
  return parseNotebook(content, path);
}

/** Parses the text of a notebook file; errors refer to it as `name`. */
export function parseNotebook(content: string, name: string): Notebook {
  let json: unknown;
  try {
    json = JSON.parse(content);
  } catch (error) {
    throw new Error(`${name} is not a notebook: ${(error as Error).message}`);
  }
  const parsed = notebookSchema.safeParse(json);
  if (parsed.success) return parsed.data;
  const issues = parsed.error.issues.slice(0, 3).map((issue) => `${issue.path.join(".")}: ${issue.message}`);
  throw new Error(`${name} is not a notebook of nbformat 4: ${issues.join("; ")}`);
}

/**
 * The text of a notebook file, formatted like Python's nbformat: sorted keys, an indent of one, texts as lists of
 * lines. JupyterLab and this runner therefore write the same file.
 */
export function formatNotebook(notebook: Notebook): string {
  const cells = notebook.cells.map((cell) => ({
    ...cell,
    source: splitLines(cell.source),
    ...("attachments" in cell && cell.attachments && { attachments: mapValues(cell.attachments, splitData) }),
    ...(cell.cell_type === "code" && {
      outputs: cell.outputs.map((output) => {
        if (output.output_type === "stream") return { ...output, text: splitLines(output.text) };
        if (output.output_type === "error") return output;
        return { ...output, data: splitData(output.data) };
      }),
    }),
  }));
  return `${JSON.stringify(sortKeys({ ...notebook, cells }), null, 1)}\n`;
}

/** Writes a notebook atomically. */
export function writeNotebook(path: string, notebook: Notebook): void {
  const half = `${path}.${process.pid}.tmp`;
  try {
    writeFileSync(half, formatNotebook(notebook));
    renameSync(half, path);
  } finally {
    rmSync(half, { force: true });
  }
}

/** Line ends as in Python's `str.splitlines(True)`, which keeps them and recognizes more than "\n". */
const lineEnds = "\\n\\r\\v\\f\\x1c-\\x1e\\x85\\u2028\\u2029";
const line = new RegExp(`[^${lineEnds}]*(?:\\r\\n|[${lineEnds}])|.+$`, "gs");

function splitLines(text: string): string[] {
  return text.match(line) ?? [];
}

function splitData(data: Record<string, unknown>): Record<string, unknown> {
  const isText = (type: string) =>
    !isJsonType(type) && (type.startsWith("text/") || type === "application/javascript" || type === "image/svg+xml");
  return mapValues(data, (value, type) => (typeof value === "string" && isText(type) ? splitLines(value) : value));
}

function mapValues<T, U>(record: Record<string, T>, map: (value: T, key: string) => U): Record<string, U> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, map(value, key)]));
}

function sortKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sortKeys);
  if (value === null || typeof value !== "object") return value;
  const entries = Object.entries(value).map(([key, item]) => [key, sortKeys(item)] as const);
  return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)));
}
