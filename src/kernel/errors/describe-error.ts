import { inspect, types } from "node:util";
import type { Diagnostic } from "tslab/dist/converter";
import { cellSource } from "./readable-stacks";

/** An error as Jupyter's `error` message and `execute_reply` carry it. */
export interface ErrorContent extends Record<string, unknown> {
  ename: string;
  evalue: string;
  /** Lines to show, with ANSI colours. */
  traceback: string[];
}

/**
 * tslab prints errors and compiler diagnostics on stderr and ends the cell: no `error` message is sent and the reply says
 * nothing of the cause, so that tools which run notebooks take a failing one for a passing one. The layer sends what
 * these functions make of a thrown value or of diagnostics, on iopub and in the reply.
 */
export function describeError(thrown: unknown): ErrorContent {
  if (thrown instanceof CompileError) return thrown.content;
  if (!(thrown instanceof Error) && !types.isNativeError(thrown)) {
    const shown = inspect(thrown, { colors: true });
    return { ename: "Thrown", evalue: inspect(thrown), traceback: [`${red("Thrown")}: ${shown}`] };
  }
  const ename = String(thrown.name || "Error");
  const evalue = String(thrown.message);
  const stack = String(thrown.stack ?? "");
  const frames = stack.split("\n").filter((line) => /^\s+at /.test(line));
  return { ename, evalue, traceback: [`${red(ename)}: ${evalue}`, ...frames, ...excerpt(frames), ...details(thrown)] };
}

/** The compiler refuses the cell. */
export class CompileError extends Error {
  readonly content: ErrorContent;

  constructor(all: readonly Diagnostic[], code: string) {
    // A syntax error (codes below 2000) brings others with it, also in the lines that tslab adds behind the cell.
    const lineCount = code.split("\n").length;
    const own = all.filter(({ start, fileName }) => fileName !== undefined || start.line < lineCount);
    const syntax = own.filter((diagnostic) => diagnostic.code < 2000);
    const diagnostics = syntax.length > 0 ? syntax : own.length > 0 ? own : all;
    const first = diagnostics[0];
    const message = first === undefined ? "" : `TS${first.code}: ${first.messageText}`;
    super(message);
    this.name = "TypeScriptError";
    const traceback = diagnostics.flatMap((diagnostic) => showDiagnostic(diagnostic, code.split("\n")));
    this.content = { ename: this.name, evalue: message, traceback };
  }
}

function showDiagnostic({ code, start, end, messageText, fileName }: Diagnostic, lines: string[]): string[] {
  const place = `${fileName ?? "cell"}:${start.line + 1}:${start.character + 1}`;
  const message = `${place} - ${red("error")} TS${code}: ${messageText}`;
  const line = lines[start.line];
  if (fileName !== undefined || line === undefined) return [message];
  const length = end.line === start.line ? end.character - start.character : line.length - start.character;
  // Tabs stay tabs, so that the line below stands where it should.
  const indent = line.slice(0, start.character).replace(/[^\t]/g, " ");
  return [message, `  ${line}`, `  ${indent}${red("~".repeat(Math.max(1, length)))}`];
}

/** The lines of a cell around the innermost frame that lies in one. */
function excerpt(frames: readonly string[]): string[] {
  for (const frame of frames) {
    const [, label = "", line] = /(\w+\[[^\]]+\]):(\d+):\d+\)?$/.exec(frame) ?? [];
    const lines = cellSource(label)?.split("\n");
    if (lines === undefined) continue;
    const at = Number(line);
    const numbers = [at - 1, at, at + 1].filter((number) => lines[number - 1] !== undefined);
    const width = String(at + 1).length;
    const show = (number: number) =>
      `${number === at ? red("  > ") : "    "}${String(number).padStart(width)} | ${lines[number - 1]}`;
    return ["", `${label}, line ${at}`, ...numbers.map(show)];
  }
  return [];
}

/** Own properties of an error, such as `code`, and its cause. */
function details(error: Error): string[] {
  const shown = { ...error, ...(error.cause === undefined ? {} : { cause: error.cause }) } as Record<string, unknown>;
  delete shown.name;
  delete shown.message;
  delete shown.stack;
  return Object.keys(shown).length === 0
    ? []
    : [`  ${inspect(shown, { colors: true, depth: 3 }).replace(/\n/g, "\n  ")}`];
}

function red(text: string): string {
  return `\x1b[31m${text}\x1b[39m`;
}
