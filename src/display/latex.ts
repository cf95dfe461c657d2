import { type Markup, markup } from "./markup";

/** A value that a notebook shows as a formula. A source without dollar signs or an environment is set on a line of its own. */
export function latex(source: string): Markup {
  const text = String(source).trim();
  return markup("text/latex", /^(\$|\\\(|\\\[|\\begin\{)/.test(text) ? text : `$$${text}$$`);
}
