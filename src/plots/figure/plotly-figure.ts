import type { Figure, Spec } from "./figure";
import { makeFigure } from "./make-figure";

/** A Plotly chart: traces, layout and, for animations, frames. */
export interface PlotlySpec extends Spec {
  readonly data: readonly Spec[];
  readonly layout: Spec;
  readonly frames?: readonly Spec[];
  readonly config?: Spec;
}

/**
 * A figure from a Plotly specification. Plotly does not run in Node, so the still picture is another figure that
 * shows the same data without motion or a third dimension.
 * @param still gives the picture, the title and the alt text
 */
export function plotlyFigure(spec: PlotlySpec, still: Figure): Figure {
  return makeFigure({
    title: still.title,
    alt: still.alt,
    spec,
    still: still.still,
    mimeType: "application/vnd.plotly.v1+json",
    // JupyterLab's Plotly extension shows the PNG at its own size until the pointer enters it: one pixel per CSS pixel.
    bundleScale: 1,
  });
}
