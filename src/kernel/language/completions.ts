import type { CompletionEntry, CompletionInfo, TextSpan, UserPreferences } from "typescript";
import { ts } from "../base/typescript";
import type { OpenedCell } from "../compiler/cell-compiler";
import { libraryImport, libraryNames } from "./library-names";

/** What can stand at a position of a cell. */
export interface Completions {
  /** The text that a candidate replaces, in UTF-16 units. */
  start: number;
  end: number;
  candidates: Candidate[];
}

/** One candidate. */
export interface Candidate {
  name: string;
  /** The kind, as TypeScript's language service names it. */
  kind: string;
  /** What to write in place of the name. */
  text: string;
}

const preferences: UserPreferences = {
  includeCompletionsForImportStatements: true,
  includeCompletionsWithInsertText: false,
  includeCompletionsWithClassMemberSnippets: false,
  includeCompletionsWithObjectLiteralMethodSnippets: false,
};

/** The names of tslab's variables for the value of a cell's last expression. */
const lastExpression = /^tsLastExpr\d*$/;
const identifier = /[\p{ID_Continue}$\u200c\u200d]*$/u;

/**
 * Asks for completions, in the order in which an editor shows them: names that begin with the text before the cursor
 * come first, then names that begin with it in other case, then names that contain it.
 */
export function completions({ service, file, offset }: OpenedCell, code: string, position: number): Completions {
  const info = service.getCompletionsAtPosition(file, offset + position, preferences);
  const span =
    info?.entries.find(({ replacementSpan }) => replacementSpan)?.replacementSpan ?? info?.optionalReplacementSpan;
  const { start, end } = replaced(span, offset, code, position);
  const typed = code.slice(start, position);
  const imports = offeredImports(info, typed);
  const candidates = [...(info?.entries ?? []), ...imports]
    .filter(({ name }) => !lastExpression.test(name))
    .map((entry) => ({ entry, rank: rankOf(entry, typed) }))
    .filter(({ rank }) => rank !== undefined)
    .sort(
      (a, b) =>
        compare(a.rank!, b.rank!) || compare(a.entry.sortText, b.entry.sortText) || compareNames(a.entry, b.entry),
    )
    .map(({ entry: { name, kind, source } }) => ({
      name,
      kind: kind as string,
      text: source !== undefined && beginsStatement(code, start) ? `${libraryImport(name)}\n${name}` : name,
    }));
  return { start, end, candidates };
}

/** Names of the library that the notebook has not imported. They stand behind all others, as in an editor. */
function offeredImports(info: CompletionInfo | undefined, typed: string): CompletionEntry[] {
  const known = new Set(info?.entries.map(({ name }) => name));
  const isExpression = known.has("globalThis"); // Members and options do not have it.
  if (!isExpression || typed.length < 2) return [];
  return [...libraryNames()]
    .filter((name) => !known.has(name))
    .map((name) => ({ name, kind: ts.ScriptElementKind.alias, sortText: "16", source: "elbo-lab" }));
}

/** Whether a top-level statement begins here, so that an import may stand before it. */
function beginsStatement(code: string, position: number): boolean {
  const file = ts.createSourceFile("cell.ts", code, ts.ScriptTarget.ESNext);
  return file.statements.some((statement) => statement.getStart(file) === position);
}

function replaced(span: TextSpan | undefined, offset: number, code: string, position: number) {
  if (span !== undefined) return { start: span.start - offset, end: span.start + span.length - offset };
  const [before = ""] = identifier.exec(code.slice(0, position)) ?? [];
  const [after = ""] = /^[\p{ID_Continue}$\u200c\u200d]*/u.exec(code.slice(position)) ?? [];
  return { start: position - before.length, end: position + after.length };
}

function rankOf({ name }: CompletionEntry, typed: string): number | undefined {
  if (name.startsWith(typed)) return 0;
  const [lowerName, lowerTyped] = [name.toLowerCase(), typed.toLowerCase()];
  if (lowerName.startsWith(lowerTyped)) return 1;
  return lowerName.includes(lowerTyped) ? 2 : undefined;
}

function compare<T extends string | number>(a: T, b: T): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function compareNames(a: CompletionEntry, b: CompletionEntry): number {
  return a.name.localeCompare(b.name);
}
