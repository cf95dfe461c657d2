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
 * A figure from a Plotly specification. Plotly does not run in Node, so the static picture is another figure that shows
 * the same data without motion or a third dimension.
 * @param still provides the static picture, the title and the alt text
 */
export function plotlyFigure(spec: PlotlySpec, still: Figure): Figure {
  return makeFigure({
    title: still.title,
    alt: still.alt,
    spec,
    still: still.still,
    mimeType: "application/vnd.plotly.v1+json",
    // Until the pointer enters it, JupyterLab's Plotly extension shows the PNG at its native size, so it has one pixel per
    // CSS pixel.
    bundleScale: 1,
  });
}
