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
  /** The values drawn as black and as white; defaults to [0, 1]. */
  range?: readonly [number, number] | undefined;
}

const { labels: _0, rowTitles: _1, columnTitles: _2, ...rules } = gridRules;
const schema = optionsSchema<ReconstructionsOptions>(rules);

/**
 * Originals above what a model makes of them, row under row.
 *
 * @param originals n images, flat [n · height · width · channels] or n lists, in [0, 1] unless `range` says otherwise
 * @param results the same number of images; or several such sets by name, for example `{ β: …, "β = 4": … }`
 * @param options columns defaults to 10: more images continue in a second block of rows
 * @throws ArgumentError for sets of different length, and whatever `imageGrid()` refuses
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

/** The images are bytes by now. */
const bytes: ImageOptions["range"] = [0, 255];

/** One row of a set; what is missing at its end is white, so that the next row starts in the first column. */
function padded({ images, width, height, channels }: ImageBatch, start: number, columns: number): Uint8Array[] {
  const row = images.slice(start, start + columns);
  while (row.length < columns) row.push(new Uint8Array(width * height * channels).fill(255));
  return row;
}

function isImages(value: Images | Readonly<Record<string, Images>>): value is Images {
  return Array.isArray(value) || ArrayBuffer.isView(value);
}
