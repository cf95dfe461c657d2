import { type Markup, markup } from "./markup";

/** A value that a notebook shows as Markdown, with formulas between dollar signs. */
export const markdown = (source: string): Markup => markup("text/markdown", source);
