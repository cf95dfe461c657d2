import { checkOptions, optionsSchema } from "../runtime/check-options";
import type { Figure, Spec } from "./figure/figure";
import { vegaLiteFigure } from "./figure/vega-lite-figure";
import { checkLength } from "./parts/check";
import { sayFigure, sayList } from "./parts/describe";
import type { FigureOptions } from "./parts/figure-options";
import { gridRules } from "./parts/figure-rules";
import { type ImageOptions, type Images, imageBatch } from "./parts/image-batch";
import { pictureLayer } from "./parts/picture-layer";
import { sprite } from "./parts/sprite";

/** Options of `imageGrid()`. */
export interface ImageGridOptions extends FigureOptions, ImageOptions {
  /** The number of images in a row; defaults to 10, or fewer if there are fewer images. */
  columns?: number | undefined;
  /** The side of one drawn pixel; by default, an image is about 56 pixels wide. */
  zoom?: number | undefined;
  /** White pixels between two images; defaults to 4. */
  gap?: number | undefined;
  /** A text under each image, one per image; defaults to none. */
  labels?: ArrayLike<string | number> | undefined;
  /** A text left of each row, one per row; defaults to none. */
  rowTitles?: readonly string[] | undefined;
  /** A text above each column, one per column; defaults to none. */
  columnTitles?: readonly string[] | undefined;
}

const schema = optionsSchema<ImageGridOptions>({
  ...gridRules,
});

/**
 * A grid of images, row by row. All images are combined in one picture, so a grid of a hundred digits stays small.
 *
 * @param images n images: a flat list [n · height · width · channels] or n lists, in [0, 1] unless you set `range`
 * @throws ArgumentError for images of another size, NaN and infinite values, and titles that do not match the grid
 */
export function imageGrid(images: Images, options: ImageGridOptions = {}): Figure {
  checkOptions(where, schema, options);
  const batch = imageBatch(where, "images", images, options);
  const count = batch.images.length;
  const { columns = Math.min(10, count), gap = 4, labels, rowTitles, columnTitles, title, subtitle } = options;
  const { zoom = Math.max(1, Math.round(56 / batch.width)) } = options;
  const rows = Math.ceil(count / columns);
  if (labels) checkLength(where, "labels", labels, count, "image");
  if (rowTitles) checkLength(where, "rowTitles", rowTitles, rows, "row");
  if (columnTitles) checkLength(where, "columnTitles", columnTitles, columns, "column");

  // A label needs a line of its own under the image.
  const { url, width, height, step } = sprite(batch, { columns, zoom, gap, below: labels ? labelLine : 0 });
  const [imageWidth, imageHeight] = [batch.width * zoom, batch.height * zoom];
  const column = (c: number) => c * step[0] + imageWidth / 2;
  const row = (r: number) => r * step[1];
  const body: Spec = {
    width,
    height,
    layer: [
      pictureLayer(url, width, height),
      ...texts(
        Array.from(labels ?? [], (text, i) => ({
          text,
          x: column(i % columns),
          y: row(Math.floor(i / columns)) + imageHeight + 3,
        })),
        { align: "center", baseline: "top" },
      ),
      ...texts(
        (rowTitles ?? []).map((text, r) => ({ text, x: -8, y: row(r) + imageHeight / 2 })),
        { align: "right", baseline: "middle" },
      ),
      ...texts(
        (columnTitles ?? []).map((text, c) => ({ text, x: column(c), y: -5 })),
        { align: "center", baseline: "bottom" },
      ),
    ],
  };
  return vegaLiteFigure(body, { title, subtitle, alt: options.alt ?? describe() });

  function describe(): string {
    const grid = `${count} images of ${batch.width} × ${batch.height} pixels in ${rows} ${rows === 1 ? "row" : "rows"}`;
    const down = rowTitles ? `; rows: ${sayList(rowTitles)}` : "";
    const across = columnTitles ? `; columns: ${sayList(columnTitles)}` : "";
    const under = labels ? `; labeled ${sayList(Array.from(labels, String).slice(0, 20))}` : "";
    return sayFigure(title, `${grid}${down}${across}${under}.`);
  }
}

const where = "imageGrid()";
const labelLine = 14;

interface PlacedText {
  text: string | number;
  x: number;
  y: number;
}

/** Texts at fixed positions, in pixels from the top left corner of the picture. */
function texts(placed: readonly PlacedText[], style: Spec): Spec[] {
  return placed.map(({ text, x, y }) => ({
    data: { values: [{}] },
    mark: { type: "text", text: String(text), ...style },
    encoding: { x: { value: x }, y: { value: y } },
  }));
}
