import { stripVTControlCharacters } from "node:util";
import { type CodeCell, hasTag, isRun, type Notebook, type Output } from "./nbformat";
import { formatNotebook } from "./notebook-file";
import { bandFailures, type Results, readBands, resultsIn, resultsName } from "./results";

/** What makes a notebook fail. */
export type FailureKind =
  | "error" // an error in a cell that is not tagged raises-exception
  | "did-not-raise" // a cell tagged raises-exception that raised nothing
  | "reply" // a reply with status error, abort or aborted
  | "no-reply" // a cell without a reply or without the idle status after it
  | "count" // a gap in the execution counts, or a cell that was not executed
  | "stderr" // text on stderr in a cell that is not tagged allow-stderr
  | "unhandled-rejection" // an error that occurred after its cell was done
  | "figure" // a figure or picture without PNG or alt text
  | "time" // over the time limit
  | "size" // over the size budget
  | "cell-length" // a cell that is too long
  | "metric" // a result outside its band
  | "leak" // tensors leaked
  | "kernel"; // a kernel that does not start, or breaks the protocol

/** One reason why a notebook fails. */
export interface Failure {
  kind: FailureKind;
  /** The cell, counted from 1 over all cells; none when it concerns the whole notebook. */
  cell?: number;
  message: string;
}

/** The kinds that fail any notebook. The other kinds are rules of the course, which do not apply to other notebooks. */
const errors: ReadonlySet<FailureKind> = new Set([
  "error",
  "reply",
  "no-reply",
  "count",
  "unhandled-rejection",
  "time",
  "kernel",
]);

/** Whether a failure is an error, and not just a violation of the rules of the course. */
export function isError({ kind }: Failure): boolean {
  return errors.has(kind);
}

/** The limits for a notebook of the course; for the time limit, see `timeBudget()`. */
export const budget = {
  /** Bytes of the file with its outputs. */
  bytes: 1_500_000,
  /** Lines of a code cell. */
  lines: 30,
} as const;

/**
 * The failures that are visible in an executed notebook. The same checks apply to the result of a run and to a committed
 * file.
 * @param executed the number of cells that should have been executed (cells after a failure are not); defaults to all
 */
export function failuresIn(notebook: Notebook, executed = notebook.cells.length): Failure[] {
  const failures: Failure[] = [];
  let count = 0;
  for (const [index, cell] of notebook.cells.entries()) {
    if (!isRun(cell)) continue;
    const add = (kind: FailureKind, message: string) => failures.push({ kind, cell: index + 1, message });
    const lines = cell.source.trimEnd().split("\n").length;
    if (lines > budget.lines) add("cell-length", `has ${lines} lines, more than ${budget.lines}`);
    if (index >= executed) continue;

    count += 1;
    if (cell.execution_count === null) add("count", "has not been executed");
    else if (cell.execution_count !== count) {
      add("count", `has execution count ${cell.execution_count} where ${count} belongs`);
      count = cell.execution_count;
    }
    for (const { kind, message } of outputFailures(cell)) add(kind, message);
  }
  const bytes = Buffer.byteLength(formatNotebook(notebook));
  if (bytes > budget.bytes) failures.push({ kind: "size", message: `${bytes} bytes, more than ${budget.bytes}` });
  return failures;
}

/** The failures in a notebook's results, compared with the bands in the file beside it. */
export function resultFailures(notebook: Notebook, path: string): Failure[] {
  let results: Results | undefined;
  try {
    results = resultsIn(notebook, resultsName(path));
    const leaks = (results?.rows ?? []).filter((row) => row.tensorsLeaked !== 0);
    return [
      ...bandFailures(results, readBands(path)).map((message): Failure => ({ kind: "metric", message })),
      ...leaks.map((row): Failure => {
        return { kind: "leak", message: `${row.tensorsLeaked} tensors leaked by "${row.name}" (seed ${row.seed})` };
      }),
    ];
  } catch (error) {
    return [{ kind: "metric", message: (error as Error).message }];
  }
}

function outputFailures(cell: CodeCell): Failure[] {
  const errors = cell.outputs.filter((output) => output.output_type === "error");
  const mayRaise = hasTag(cell, "raises-exception");
  const failures: Failure[] = [];
  if (mayRaise && errors.length === 0) {
    failures.push({ kind: "did-not-raise", message: "is tagged raises-exception and raised nothing" });
  }
  if (!mayRaise) {
    for (const error of errors) {
      failures.push({ kind: "error", message: `${error.ename}: ${stripVTControlCharacters(error.evalue)}` });
    }
  }
  for (const output of cell.outputs) {
    if (output.output_type === "stream" && output.name === "stderr") {
      const head = stripVTControlCharacters(output.text).trim().split("\n").slice(0, 3).join(" | ");
      if (/unhandled ?(promise ?)?rejection|uncaught ?exception/i.test(head)) {
        failures.push({ kind: "unhandled-rejection", message: head });
      } else if (!hasTag(cell, "allow-stderr")) {
        failures.push({ kind: "stderr", message: `wrote to stderr (tag it allow-stderr if that is meant): ${head}` });
      }
    }
    for (const message of pictureFailures(output)) failures.push({ kind: "figure", message });
  }
  return failures;
}

const pngStart = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);

/** Checks that a chart has a PNG, because GitHub and nbconvert show only that, and that every picture has alt text. */
function pictureFailures(output: Output): string[] {
  if (!("data" in output)) return [];
  const types = Object.keys(output.data);
  const chart = types.find((type) => /^application\/vnd\.(vega|vegalite|plotly)\./.test(type));
  const pictures = types.filter((type) => type.startsWith("image/"));
  const wrong: string[] = [];
  if (chart !== undefined && !pictures.includes("image/png"))
    wrong.push(`shows ${chart} without a picture (image/png)`);
  for (const type of pictures) {
    const alt = (output.metadata[type] as { alt?: unknown } | undefined)?.alt;
    if (typeof alt !== "string" || alt.trim() === "") wrong.push(`shows ${type} without alt text in its metadata`);
  }
  const png = output.data["image/png"];
  if (png !== undefined && !(typeof png === "string" && isPng(Buffer.from(png, "base64")))) {
    wrong.push("shows an image/png that is not a PNG picture");
  }
  return wrong;
}

/** Whether the bytes have a PNG signature and a header with a width and a height. */
function isPng(bytes: Buffer): boolean {
  return (
    bytes.length > 24 &&
    bytes.subarray(0, 8).equals(pngStart) &&
    bytes.readUInt32BE(16) > 0 &&
    bytes.readUInt32BE(20) > 0
  );
}
