import { checkOptions, optionsSchema } from "../runtime/check-options";
import type { Figure } from "./figure/figure";
import { type ImageGridOptions, imageGrid } from "./image-grid";
import { checkCount, checkWholeRows } from "./parts/check";
import { sayFigure } from "./parts/describe";
import { gridRules } from "./parts/figure-rules";
import { type Images, imageBatch } from "./parts/image-batch";

/** Options of `interpolation()`. */
export type InterpolationOptions = Omit<ImageGridOptions, "labels" | "columns" | "columnTitles">;

const { labels: _0, columns: _1, columnTitles: _2, ...rules } = gridRules;
const schema = optionsSchema<InterpolationOptions>(rules);

/**
 * Paths between two codes, one per row: decoded images of (1 − t) z₀ + t z₁ for t from 0 to 1.
 *
 * @param images [paths · steps] images, path after path, flat or as lists, in [0, 1] unless you set `range`
 * @param steps the number of images per path, including both ends
 * @throws ArgumentError for a number of images that is not a multiple of `steps`, and in the same cases as
 *   `imageGrid()`
 */
export function interpolation(images: Images, steps: number, options: InterpolationOptions = {}): Figure {
  checkOptions(where, schema, options);
  checkCount(where, "steps", steps);
  const count = imageBatch(where, "images", images, options).images.length;
  checkWholeRows(where, count, steps);
  const columnTitles = Array.from({ length: steps }, (_, i) => {
    const t = Math.round((100 * i) / Math.max(1, steps - 1)) / 100;
    return i === 0 ? `t = ${t}` : String(t);
  });
  const paths = count / steps;
  const sentence = `${paths} path${paths === 1 ? "" : "s"} of ${steps} decoded images each, from one code (left) to another (right).`;
  return imageGrid(images, {
    ...options,
    columns: steps,
    columnTitles,
    alt: options.alt ?? sayFigure(options.title, sentence),
  });
}

const where = "interpolation()";
