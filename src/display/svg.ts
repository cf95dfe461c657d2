import { type Markup, markup } from "./markup";

/** A value that a notebook shows as an SVG picture: the text of an `<svg>` element. */
export const svg = (source: string): Markup => markup("image/svg+xml", source);
