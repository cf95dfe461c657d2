import { ArgumentError } from "../../runtime/argument-error";
import { checkCount, checkDomain, checkNotEmpty, type Numbers } from "./check";

/** Images as a flat list [n · height · width · channels], or as a list of n images. */
export type Images = Numbers | readonly Numbers[];

/** The layout and the value range of images. */
export interface ImageOptions {
  /** Width of one image in its own pixels; defaults to 28. */
  imageWidth?: number | undefined;
  /** Height of one image in its own pixels; defaults to 28. */
  imageHeight?: number | undefined;
  /** 1 for gray, 3 for red, green and blue; defaults to 1. */
  channels?: 1 | 3 | undefined;
  /** The values to draw as black and as white; values outside are clipped. Defaults to [0, 1]. */
  range?: readonly [number, number] | undefined;
}

/** Checked images: bytes from 0 (black) to 255 (white), each [height · width · channels]. */
export interface ImageBatch {
  images: Uint8Array[];
  width: number;
  height: number;
  channels: 1 | 3;
}

/** Checks images and converts their values to bytes. Rejects NaN and infinite values. */
export function imageBatch(where: string, argument: string, images: Images, options: ImageOptions): ImageBatch {
  const { imageWidth: width = 28, imageHeight: height = 28, channels = 1, range = [0, 1] } = options;
  checkCount(where, "imageWidth", width);
  checkCount(where, "imageHeight", height);
  if (channels !== 1 && channels !== 3) throw new ArgumentError(where, "channels", channels, "1 or 3");
  checkDomain(where, "range", range);
  checkNotEmpty(where, argument, images);
  const size = width * height * channels;
  const list =
    typeof images[0] === "number"
      ? split(where, argument, images as Numbers, size)
      : [...(images as readonly Numbers[])];
  return { images: list.map((image, i) => bytes(image, `${argument}[${i}]`)), width, height, channels };

  function bytes(image: Numbers, name: string): Uint8Array {
    if (image?.length !== size) {
      throw new ArgumentError(
        where,
        `the length of ${name}`,
        image?.length,
        `${size} (${height} × ${width} × ${channels})`,
      );
    }
    const scale = 255 / (range[1] - range[0]);
    return Uint8Array.from({ length: size }, (_: unknown, i: number) => {
      const value = image[i]!;
      if (!Number.isFinite(value)) throw new ArgumentError(where, `${name}[${i}]`, value, "a finite number");
      return Math.min(255, Math.max(0, Math.round((value - range[0]) * scale)));
    });
  }
}

function split(where: string, argument: string, values: Numbers, size: number): Numbers[] {
  const count = values.length / size;
  if (!Number.isInteger(count)) {
    throw new ArgumentError(
      where,
      `the length of ${argument}`,
      values.length,
      `a multiple of ${size}, the pixels of one image`,
    );
  }
  return Array.from({ length: count }, (_, i) => Array.from({ length: size }, (_, p) => values[i * size + p]!));
}
