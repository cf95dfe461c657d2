import type { Displayable, MimeBundle } from "../../display/mime-bundle";
import { displaySymbol } from "../../display/mime-bundle";

/** A chart specification: plain JSON, in the grammar of Vega-Lite or Plotly. */
export type Spec = { readonly [key: string]: unknown };

/**
 * A picture that shows itself in a notebook: the interactive chart, and a still PNG for readers that run no
 * JavaScript (GitHub, nbconvert). It can also be saved: `await figure.save("loss.png")`.
 */
export interface Figure extends Displayable {
  /** The title above the picture, if it has one. */
  readonly title: string | undefined;
  /** What the picture shows, in words, for readers who do not see it. */
  readonly alt: string;
  /** The interactive chart. */
  readonly spec: Spec;
  /** The MIME type under which a front end draws `spec`. */
  readonly mimeType: string;
  /** A Vega-Lite specification of the still picture; `spec` itself unless the chart is a Plotly one. */
  readonly still: Spec;
  /** The still picture as SVG text. */
  svg(): Promise<string>;
  /**
   * The still picture as PNG.
   * @param scale picture pixels per CSS pixel; defaults to 2
   */
  png(scale?: number): Promise<Uint8Array>;
  /**
   * Writes the figure to a file, and makes the folders above it that do not exist; the ending decides: `.png`, `.svg`, or `.json`
   * (the specification).
   */
  save(path: string): Promise<void>;
  /** The interactive chart, the PNG and the alt text, as a notebook wants them. */
  [displaySymbol](): Promise<MimeBundle>;
}
