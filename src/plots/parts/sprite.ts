import { encode } from "fast-png";
import type { ImageBatch } from "./image-batch";

/** All images of a grid in one picture. */
export interface Sprite {
  /** The picture as a `data:` address. */
  url: string;
  /** Its width in pixels. */
  width: number;
  /** Its height in pixels. */
  height: number;
  /** Distance from one image to the next, across and down. */
  step: [across: number, down: number];
}

/** Options of `sprite()`. */
export interface SpriteOptions {
  /** Images in a row. */
  columns: number;
  /** Each pixel of an image becomes a square with this side length. */
  zoom: number;
  /** White pixels between two images. */
  gap: number;
  /** White pixels under each image, for a label. */
  below: number;
}

/**
 * Draws images as one PNG, row by row. Browsers smooth images when they enlarge them, so they are enlarged here. After
 * compression, the repeated pixels need almost no space.
 */
export function sprite(
  { images, width, height, channels }: ImageBatch,
  { columns, zoom, gap, below }: SpriteOptions,
): Sprite {
  const rows = Math.ceil(images.length / columns);
  const step: [number, number] = [width * zoom + gap, height * zoom + below + gap];
  const full = { width: columns * step[0] - gap, height: rows * step[1] - gap };
  const data = new Uint8Array(full.width * full.height * channels).fill(255);
  images.forEach((image, i) => {
    const left = (i % columns) * step[0];
    const top = Math.floor(i / columns) * step[1];
    for (let y = 0; y < height * zoom; y++) {
      for (let x = 0; x < width * zoom; x++) {
        const from = (Math.floor(y / zoom) * width + Math.floor(x / zoom)) * channels;
        const to = ((top + y) * full.width + left + x) * channels;
        for (let c = 0; c < channels; c++) data[to + c] = image[from + c]!;
      }
    }
  });
  const png = encode({ ...full, data, channels }, { zlib: { level: 9 } });
  return { url: `data:image/png;base64,${Buffer.from(png).toString("base64")}`, ...full, step };
}
