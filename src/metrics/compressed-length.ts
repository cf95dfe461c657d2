import { deflateRawSync } from "node:zlib";
import { ArgumentError } from "../runtime/argument-error";
import { checkOptions, optionsSchema } from "../runtime/check-options";
import { accepts, wholeNumber } from "../runtime/rules";
import { tf } from "../runtime/tensorflow";

/** Options of `compressedLength()`. */
export interface CompressedLengthOptions {
  /** Gray levels 0, 1/(levels − 1), …, 1 that pixels are rounded to, from 2 to 256; defaults to 256. */
  levels?: number;
  /** The width of an image; defaults to the square root of its number of pixels. */
  columns?: number;
}

const isLevels = (levels: unknown): boolean =>
  Number.isInteger(levels) && (levels as number) >= 2 && (levels as number) <= 256;

const schema = optionsSchema<CompressedLengthOptions>({
  levels: accepts<number>(isLevels, "a whole number from 2 to 256").optional(),
  columns: wholeNumber().optional(),
});

/**
 * How long each image is when it is compressed without loss, in nats: the complexity L(x) of Serrà et al. 2020 (arXiv:1909.11480), whose
 * score of an anomaly is −log p(x) − L(x). A compressor being a model too, that is a likelihood ratio where log p(x) is the
 * log-probability of gray levels.
 *
 * The compressor is that of PNG: deflate, on the pixels themselves, on their differences to the left and on those to above, of which
 * the shortest result counts. A byte is 8 · ln 2 nats.
 *
 * @param images [examples, pixels], in [0, 1]
 */
export function compressedLength(images: tf.Tensor2D, options: CompressedLengthOptions = {}): Float32Array {
  const where = "compressedLength()";
  checkOptions(where, schema, options);
  if (!(images instanceof tf.Tensor && !images.isDisposed && images.dtype === "float32" && images.rank === 2)) {
    throw new ArgumentError(where, "images", images, "a float32 tensor of shape [examples, pixels]");
  }
  const [examples, pixels] = images.shape;
  const { levels = 256, columns = Math.round(Math.sqrt(pixels)) } = options;
  if (pixels % columns !== 0) {
    throw new ArgumentError(where, "columns", columns, `a divisor of the ${pixels} pixels`);
  }
  const values = images.dataSync();
  const bad = values.findIndex((value) => !(value >= 0 && value <= 1));
  if (bad >= 0) throw new ArgumentError(where, "images", values[bad], "numbers in [0, 1]");
  return Float32Array.from({ length: examples }, (_, i) => {
    const image = Uint8Array.from(values.subarray(i * pixels, (i + 1) * pixels), (x) => Math.round(x * (levels - 1)));
    const filtered = [image, differences(image, 1), differences(image, columns)];
    const bytes = Math.min(...filtered.map((one) => deflateRawSync(one, { level: 9 }).length));
    return bytes * 8 * Math.LN2;
  });
}

/** Each pixel less the one `step` before it, modulo 256. */
const differences = (image: Uint8Array, step: number): Uint8Array =>
  image.map((pixel, i) => pixel - (image[i - step] ?? 0));
