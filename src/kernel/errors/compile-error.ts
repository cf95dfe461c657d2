import { existsSync } from "node:fs";
import type { Diagnostic } from "tslab/dist/converter";
import { libraryImport, libraryNames } from "../language/library-names";
import { type ErrorContent, red } from "./error-content";
import { unknownName } from "./unknown-name";

/** The compiler rejected the cell. */
export class CompileError extends Error {
  readonly content: ErrorContent;
  /** The line of the cell (from 0) with the first error, and its code; undefined if the error is in another file. */
  readonly first: { line: number; code: number } | undefined;

  /** @param folder The notebook's folder. */
  constructor(all: readonly Diagnostic[], code: string, folder: string) {
    // A syntax error (codes below 2000) causes further errors, even in the lines that tslab adds after the cell.
    const lineCount = code.split("\n").length;
    const own = all.filter(({ start, fileName }) => fileName !== undefined || start.line < lineCount);
    const syntax = own.filter((diagnostic) => diagnostic.code < 2000);
    const diagnostics = syntax.length > 0 ? syntax : own.length > 0 ? own : all;
    const first = diagnostics[0];
    const message = first === undefined ? "" : `TS${first.code}: ${first.messageText}`;
    super(message);
    this.first = first && first.fileName === undefined ? { line: first.start.line, code: first.code } : undefined;
    this.name = "TypeScriptError";
    const traceback = diagnostics.flatMap((diagnostic) => [
      ...showDiagnostic(diagnostic, code.split("\n")),
      ...offerHelp(diagnostic, folder),
    ]);
    this.content = { ename: this.name, evalue: message, traceback };
  }
}

const unknownModule = 2307;

function offerHelp({ code, messageText }: Diagnostic, folder: string): string[] {
  const [, name = ""] = /^Cannot find (?:name|module) '(.+?)'/.exec(messageText) ?? [];
  if (unknownName.has(code) && libraryNames().has(name)) return [`  The library has it: ${libraryImport(name)}`];
  if (code !== unknownModule || !name.startsWith(".") || existsSync(folder)) return [];
  return [
    `  The notebook's folder was moved, renamed or deleted: restart the kernel, so that it finds the files beside it.`,
  ];
}

function showDiagnostic({ code, start, end, messageText, fileName }: Diagnostic, lines: string[]): string[] {
  const place = `${fileName ?? "cell"}:${start.line + 1}:${start.character + 1}`;
  const message = `${place} - ${red("error")} TS${code}: ${messageText}`;
  const line = lines[start.line];
  if (fileName !== undefined || line === undefined) return [message];
  const length = end.line === start.line ? end.character - start.character : line.length - start.character;
  // Tabs stay tabs, so the marker below lines up with the code.
  const indent = line.slice(0, start.character).replace(/[^\t]/g, " ");
  return [message, `  ${line}`, `  ${indent}${red("~".repeat(Math.max(1, length)))}`];
}
