/**
 * The data that a front end can show for a value, by MIME type, with metadata such as alt text (`{"image/png": {alt,
 * width, height}}`). A front end picks the richest type it can draw. An empty
 * bundle shows nothing.
 */
export interface MimeBundle {
  data: Record<string, unknown>;
  metadata?: Record<string, unknown>;
}

/** The key of the method that displays a value. The method returns a bundle or a promise of one. */
export const displaySymbol: unique symbol = Symbol.for("Jupyter.display") as never;

/** A value with a display, such as a figure. */
export interface Displayable {
  [displaySymbol](): MimeBundle | Promise<MimeBundle>;
}
