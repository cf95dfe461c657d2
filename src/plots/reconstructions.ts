import { ArgumentError } from "../runtime/argument-error";
import { checkOptions, optionsSchema } from "../runtime/check-options";
import type { Figure } from "./figure/figure";
import { type ImageGridOptions, imageGrid } from "./image-grid";
import { sayFigure, sayList } from "./parts/describe";
import { gridRules } from "./parts/figure-rules";
import { type ImageBatch, type ImageOptions, type Images, imageBatch } from "./parts/image-batch";

/** Options of `reconstructions()`. */
export interface ReconstructionsOptions
  extends Omit<ImageGridOptions, "labels" | "rowTitles" | "columnTitles" | "range"> {
  /** The values to draw as black and as white; defaults to [0, 1]. */
  range?: readonly [number, number] | undefined;
}

const { labels: _0, rowTitles: _1, columnTitles: _2, ...rules } = gridRules;
const schema = optionsSchema<ReconstructionsOptions>(rules);

/**
 * Rows of originals, with a model's reconstructions in the row below.
 *
 * @param originals n images, flat [n · height · width · channels] or n lists, in [0, 1] unless you set `range`
 * @param results the same number of images, or several such sets by name, such as `{ "β = 1": …, "β = 4": … }`
 * @param options columns defaults to 10; further images continue in another block of rows
 * @throws ArgumentError for sets of different length, and in the same cases as `imageGrid()`
 */
export function reconstructions(
  originals: Images,
  results: Images | Readonly<Record<string, Images>>,
  options: ReconstructionsOptions = {},
): Figure {
  checkOptions(where, schema, options);
  const named = isImages(results) ? { reconstruction: results } : results;
  const sets = Object.entries({ original: originals, ...named }).map(([name, images]) => ({
    name,
    batch: imageBatch(where, name, images, options),
  }));
  const count = sets[0]!.batch.images.length;
  for (const { name, batch } of sets) {
    if (batch.images.length !== count) {
      throw new ArgumentError(
        where,
        `the number of images in ${name}`,
        batch.images.length,
        `${count}, one per original`,
      );
    }
  }
  const { columns = Math.min(10, count), title } = options;
  const rows: Uint8Array[][] = [];
  const rowTitles: string[] = [];
  for (let start = 0; start < count; start += columns) {
    for (const { name, batch } of sets) {
      rows.push(padded(batch, start, columns));
      rowTitles.push(name);
    }
  }
  const what = `${count} images; rows: ${sayList(sets.map(({ name }) => name))}.`;
  return imageGrid(rows.flat(), {
    ...options,
    columns,
    rowTitles,
    range: bytes,
    alt: options.alt ?? sayFigure(title, what),
  });
}

const where = "reconstructions()";

/** The images are already bytes here. */
const bytes: ImageOptions["range"] = [0, 255];

/** One row of a set, padded with white images, so the next row starts in the first column. */
function padded({ images, width, height, channels }: ImageBatch, start: number, columns: number): Uint8Array[] {
  const row = images.slice(start, start + columns);
  while (row.length < columns) row.push(new Uint8Array(width * height * channels).fill(255));
  return row;
}

function isImages(value: Images | Readonly<Record<string, Images>>): value is Images {
  return Array.isArray(value) || ArrayBuffer.isView(value);
}
