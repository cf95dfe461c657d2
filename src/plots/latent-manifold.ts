import { checkOptions, optionsSchema } from "../runtime/check-options";
import type { Figure, Spec } from "./figure/figure";
import { vegaLiteFigure } from "./figure/vega-lite-figure";
import { checkCount, checkLength } from "./parts/check";
import { say, sayFigure } from "./parts/describe";
import type { FigureOptions } from "./parts/figure-options";
import {
  count as countRule,
  domain as domainRule,
  figureRules,
  imageRules,
  title as titleRule,
} from "./parts/figure-rules";
import { type ImageOptions, type Images, imageBatch } from "./parts/image-batch";
import { pictureLayer } from "./parts/picture-layer";
import { sprite } from "./parts/sprite";

/** Options of `latentManifold()`. */
export interface LatentManifoldOptions extends FigureOptions, ImageOptions {
  /** The first latent dimension of the codes in the first and the last column; defaults to [−2, 2]. */
  xDomain?: readonly [number, number] | undefined;
  /** The second latent dimension of the codes in the last (lowest) and the first row; defaults to [−2, 2]. */
  yDomain?: readonly [number, number] | undefined;
  /** Title of the horizontal axis; defaults to "latent dimension 1 (z₁)". */
  xTitle?: string | undefined;
  /** Title of the vertical axis; defaults to "latent dimension 2 (z₂)". */
  yTitle?: string | undefined;
  /** The side of one drawn pixel; by default, the picture is about 500 pixels wide. */
  zoom?: number | undefined;
}

const schema = optionsSchema<LatentManifoldOptions>({
  ...figureRules,
  ...imageRules,
  xDomain: domainRule.optional(),
  yDomain: domainRule.optional(),
  xTitle: titleRule.optional(),
  yTitle: titleRule.optional(),
  zoom: countRule.optional(),
});

/**
 * Decoded images of a square lattice of codes in a two-dimensional latent space, drawn over that space.
 *
 * @param images [side · side] images, row by row from the top: the first row has the *largest* second coordinate
 * @param side the number of images along one edge
 * @throws ArgumentError for a number of images other than side², and in the same cases as `imageGrid()`
 */
export function latentManifold(images: Images, side: number, options: LatentManifoldOptions = {}): Figure {
  checkOptions(where, schema, options);
  const { title, subtitle, xDomain = [-2, 2], yDomain = [-2, 2] } = options;
  const { xTitle = "latent dimension 1 (z₁)", yTitle = "latent dimension 2 (z₂)" } = options;
  checkCount(where, "side", side);
  const batch = imageBatch(where, "images", images, options);
  checkLength(where, "images", batch.images, side * side, "node of the lattice");
  const { zoom = Math.max(1, Math.round(500 / (side * batch.width))) } = options;
  const { url, width, height } = sprite(batch, { columns: side, zoom, gap: 0, below: 0 });
  // An image is centered on its code, so the picture extends half an image beyond the outermost codes.
  const edges = ([low, high]: readonly [number, number]): [number, number] => {
    const half = side > 1 ? (high - low) / (side - 1) / 2 : 0.5;
    return [low - half, high + half];
  };
  const axis = (domain: readonly [number, number], axisTitle: string) => ({
    type: "quantitative",
    title: axisTitle,
    scale: { domain: edges(domain), nice: false, zero: false },
    axis: { grid: false, tickCount: 5 },
  });
  const corners = [0, 1].map((i) => ({ x: xDomain[i], y: yDomain[i] }));
  const body: Spec = {
    width,
    height,
    layer: [
      pictureLayer(url, width, height),
      // Two invisible points set the range of the axes.
      {
        data: { values: corners },
        mark: { type: "point", opacity: 0 },
        encoding: { x: { field: "x", ...axis(xDomain, xTitle) }, y: { field: "y", ...axis(yDomain, yTitle) } },
      },
    ],
  };
  const range = ([low, high]: readonly [number, number]) => `from ${say(low)} to ${say(high)}`;
  const sentence = `${side} × ${side} decoded images over ${xTitle} ${range(xDomain)} and ${yTitle} ${range(yDomain)}.`;
  return vegaLiteFigure(body, { title, subtitle, alt: options.alt ?? sayFigure(title, sentence) });
}

const where = "latentManifold()";
