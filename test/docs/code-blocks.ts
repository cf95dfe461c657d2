import { readFileSync } from "node:fs";
import path from "node:path";

export const root = path.resolve(import.meta.dirname, "../..");
/** The documents whose code is checked. */
export const documents = ["README.md", "CONTRIBUTING.md", "ARCHITECTURE.md"] as const;

/** A block of code in a document. */
export interface CodeBlock {
  /** `README.md:48`, the line of its first line of code. */
  readonly place: string;
  readonly language: string;
  /** The HTML comment on the line before the block, such as `file: src/models/x.ts`; empty without one. */
  readonly comment: string;
  readonly code: string;
}

export const read = (document: string): string => readFileSync(path.join(root, document), "utf8");

/** The blocks of a document, in order. */
export function codeBlocks(document: string): CodeBlock[] {
  const text = read(document);
  const pattern = /(?:^<!-- (.*?) -->\n)?^```(\w+)\n([\s\S]*?)^```$/gm;
  return Array.from(text.matchAll(pattern), ({ 0: whole, 1: comment = "", 2: language = "", 3: code = "", index }) => ({
    place: `${document}:${text.slice(0, index + whole.indexOf(code)).split("\n").length}`,
    language,
    comment,
    code,
  }));
}

/**
 * The code as the test runs it: `<!-- run with: epochs: 20 → epochs: 1; a → b -->` replaces settings that take minutes by small
 * ones.
 *
 * @throws Error for a replacement of something that is not in the block
 */
export function codeToRun({ place, comment, code }: CodeBlock): string {
  const [, replacements] = /^run with: (.*)$/.exec(comment) ?? [];
  let changed = code;
  for (const replacement of replacements?.split("; ") ?? []) {
    const [from = "", to = ""] = replacement.split(" → ");
    if (!changed.includes(from)) throw new Error(`${place}: "${from}" is to be replaced, but is not in the block.`);
    changed = changed.replaceAll(from, to);
  }
  return changed;
}
