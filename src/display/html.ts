import { type Markup, markup } from "./markup";

/** A value that a notebook shows as HTML. */
export const html = (source: string): Markup => markup("text/html", source);
