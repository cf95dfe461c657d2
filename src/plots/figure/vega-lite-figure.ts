import type { Figure, Spec } from "./figure";
import { makeFigure } from "./make-figure";
import { background, config, padding } from "./theme";

/** What a Vega-Lite figure is made of. */
export interface VegaLiteFigureOptions {
  /** Title above the picture. */
  title?: string | undefined;
  /** A second, smaller line under the title. */
  subtitle?: string | undefined;
  /** What the picture shows, in words. */
  alt: string;
}

/**
 * A figure from the body of a Vega-Lite specification (marks, encodings, data, sizes); the theme, the card and the
 * title are added here.
 */
export function vegaLiteFigure(body: Spec, { title, subtitle, alt }: VegaLiteFigureOptions): Figure {
  const spec: Spec = {
    // Version 6 draws specifications of version 5, and JupyterLab brings version 5.
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
