import type { Displayable, MimeBundle } from "../../display/mime-bundle";
import { displaySymbol } from "../../display/mime-bundle";

/** A chart specification: plain JSON, in the grammar of Vega-Lite or Plotly. */
export type Spec = { readonly [key: string]: unknown };

/**
 * A figure with a display in a notebook: the interactive chart, and a static PNG for viewers without JavaScript
 * (GitHub, nbconvert). It can also be saved: `await figure.save("loss.png")`.
 */
export interface Figure extends Displayable {
  /** The title above the figure, if it has one. */
  readonly title: string | undefined;
  /** The alt text: a description of the figure in words. */
  readonly alt: string;
  /** The interactive chart. */
  readonly spec: Spec;
  /** The MIME type of `spec`, for the front end. */
  readonly mimeType: string;
  /** The Vega-Lite specification of the static picture; the same as `spec` unless the chart uses Plotly. */
  readonly still: Spec;
  /** The static picture as SVG text. */
  svg(): Promise<string>;
  /**
   * The static picture as PNG bytes.
   * @param scale image pixels per CSS pixel; defaults to 2
   */
  png(scale?: number): Promise<Uint8Array>;
  /**
   * Writes the figure to a file, and creates missing folders. The extension determines the format: `.png`, `.svg`, or `.json`
   * (the specification).
   */
  save(path: string): Promise<void>;
  /** The interactive chart, the PNG and the alt text, as a bundle for a notebook. */
  [displaySymbol](): Promise<MimeBundle>;
}
