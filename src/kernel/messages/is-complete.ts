import type { DiagnosticWithLocation, SourceFile } from "typescript";
import { ts } from "../base/typescript";
import type { Handler } from "../protocol/server";

/** "Unterminated template literal": the text may continue on the next line. */
const unterminatedTemplate = 1160;

/**
 * Whether a console should run the code or ask for another line. tslab only answers "complete" or "incomplete", and
 * treats code with an error in the middle as complete.
 */
export const isComplete: Handler = ({ content }) => {
  const code = String(content.code);
  const file = ts.createSourceFile("cell.ts", code, ts.ScriptTarget.ES2022) as SourceFile & {
    parseDiagnostics: DiagnosticWithLocation[];
  };
  const errors = file.parseDiagnostics;
  if (errors.length === 0) return { status: "complete" };
  // The user can still type what is missing at the very end.
  const end = code.trimEnd().length;
  const canGoOn = errors.every(({ start, code: error }) => start >= end || error === unterminatedTemplate);
  return canGoOn ? { status: "incomplete", indent: nextIndent(code) } : { status: "invalid" };
};

/** The indentation of the last line, one step deeper after an opening bracket. */
function nextIndent(code: string): string {
  const line = code.slice(code.lastIndexOf("\n") + 1);
  const indent = /^\s*/.exec(line)?.[0] ?? "";
  return /[{([]\s*$/.test(line) ? `${indent}  ` : indent;
}
