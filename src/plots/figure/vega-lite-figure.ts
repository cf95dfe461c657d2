import type { Figure, Spec } from "./figure";
import { makeFigure } from "./make-figure";
import { background, config, padding } from "./theme";

/** The texts of a Vega-Lite figure. */
export interface VegaLiteFigureOptions {
  /** Title above the picture. */
  title?: string | undefined;
  /** A second, smaller line under the title. */
  subtitle?: string | undefined;
  /** The alt text: a description of the figure in words. */
  alt: string;
}

/**
 * A figure from the body of a Vega-Lite specification (marks, encodings, data, sizes). This function adds the theme,
 * the card and the title.
 */
export function vegaLiteFigure(body: Spec, { title, subtitle, alt }: VegaLiteFigureOptions): Figure {
  const spec: Spec = {
    // Version 6 renders specifications of version 5, and JupyterLab includes version 5.
    $schema: "https://vega.github.io/schema/vega-lite/v5.json",
    description: alt,
    ...(title === undefined ? {} : { title: subtitle === undefined ? title : { text: title, subtitle } }),
    ...body,
    background,
    padding,
    config,
  };
  return makeFigure({ title, alt, spec, still: spec, mimeType: "application/vnd.vegalite.v5+json" });
}
