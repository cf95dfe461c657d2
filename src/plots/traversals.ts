import { ArgumentError } from "../runtime/argument-error";
import { checkOptions, optionsSchema } from "../runtime/check-options";
import type { Figure } from "./figure/figure";
import { type ImageGridOptions, imageGrid } from "./image-grid";
import { checkNotEmpty, checkNumbers } from "./parts/check";
import { say, sayFigure, sayList, sayRange } from "./parts/describe";
import { gridRules, list } from "./parts/figure-rules";
import { type Images, imageBatch } from "./parts/image-batch";

/** Options of `traversals()`. */
export interface TraversalsOptions extends Omit<ImageGridOptions, "labels" | "columns" | "columnTitles" | "rowTitles"> {
  /** The name of the dimension that changes along each row, such as ["z₁", "z₄"]. */
  dimensions: readonly string[];
  /** The values of the dimension along the row. */
  values: ArrayLike<number>;
}

const { labels: _0, columns: _1, columnTitles: _2, rowTitles: _3, ...rules } = gridRules;
const schema = optionsSchema<TraversalsOptions>({ ...rules, dimensions: list, values: list });

/**
 * Latent traversals: each row changes one latent dimension, each column is one of its values, and the other dimensions
 * are fixed.
 *
 * @param images [dimensions · values] images, dimension after dimension, flat or as lists
 * @throws ArgumentError for a number of images other than dimensions · values, and in the same cases as `imageGrid()`
 */
export function traversals(images: Images, given: TraversalsOptions): Figure {
  checkOptions(where, schema, given);
  const { dimensions, values, ...options } = given;
  checkNotEmpty(where, "dimensions", dimensions);
  const steps = checkNumbers(where, "values", values);
  const count = imageBatch(where, "images", images, options).images.length;
  if (count !== dimensions.length * steps.length) {
    const accepted = `${dimensions.length * steps.length} (${dimensions.length} dimensions of ${steps.length} values)`;
    throw new ArgumentError(where, "the number of images", count, accepted);
  }
  const sentence = `decoded images; each row changes one latent dimension (${sayList(dimensions)}) ${sayRange(steps)}, from left to right.`;
  return imageGrid(images, {
    ...options,
    columns: steps.length,
    rowTitles: dimensions,
    columnTitles: steps.map((value) => say(Number(value.toPrecision(2)))),
    alt: options.alt ?? sayFigure(options.title, sentence),
  });
}

const where = "traversals()";
