import type { Figure, Spec } from "./figure";
import { makeFigure } from "./make-figure";

/** A figure that is drawn as SVG, such as a diagram. */
export interface SvgFigureOptions {
  /** Title above the picture. */
  title?: string | undefined;
  /** The alt text: a description of the figure in words. */
  alt: string;
  /** What is drawn, as plain data. */
  spec: Spec;
  /** The picture, with its title and card. */
  svg: string;
}

/** A figure from SVG text. Front ends show the SVG; GitHub and nbconvert show the PNG. */
export function svgFigure({ title, alt, spec, svg }: SvgFigureOptions): Figure {
  const draw = async () => svg;
  return makeFigure({ title, alt, spec, still: spec, mimeType: "image/svg+xml", draw, content: draw });
}
