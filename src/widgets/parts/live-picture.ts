import type { MimeBundle } from "../../display/mime-bundle";
import type { Figure } from "../../plots/figure/figure";

/** The pixels of a digit stay square, as in the still picture. */
const square = "<style>image{image-rendering:pixelated}</style>";

/**
 * The picture of a figure as SVG text, which is drawn several times as fast as the still picture. Undefined for anything but a
 * figure.
 */
export async function livePicture(result: unknown): Promise<MimeBundle | undefined> {
  if (!isFigure(result)) return undefined;
  const svg = (await result.svg()).replace(/^<svg[^>]*>/, (start) => start + square);
  // Without a size of its own, a picture fills the width of its box.
  const [, width, height] = /^<svg[^>]* width="([\d.]+)" height="([\d.]+)"/.exec(svg) ?? [];
  return {
    data: { "image/svg+xml": svg, "text/plain": result.alt },
    metadata: { "image/svg+xml": { alt: result.alt, width, height } },
  };
}

const isFigure = (value: unknown): value is Figure =>
  typeof value === "object" && value !== null && typeof (value as Partial<Figure>).svg === "function" && "alt" in value;
