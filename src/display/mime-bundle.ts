/**
 * What a front end shows of a value: one datum per MIME type, and metadata such as alt text
 * (`{"image/png": {alt, width, height}}`). A front end picks the richest type it can draw.
 */
export interface MimeBundle {
  data: Record<string, unknown>;
  metadata?: Record<string, unknown>;
}

/** The method by which a value says how to show itself; it may return a bundle or a promise of one. */
export const displaySymbol: unique symbol = Symbol.for("Jupyter.display") as never;

/** A value that shows itself, for example a figure. */
export interface Displayable {
  [displaySymbol](): MimeBundle | Promise<MimeBundle>;
}
