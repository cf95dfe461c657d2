import { deflateRawSync } from "node:zlib";
import { ArgumentError } from "../runtime/argument-error";
import { checkOptions, optionsSchema } from "../runtime/check-options";
import { accepts, wholeNumber } from "../runtime/rules";
import { tf } from "../runtime/tensorflow";

/** Options of `compressedLength()`. */
export interface CompressedLengthOptions {
  /** The number of gray levels, from 2 to 256; pixels are rounded to 0, 1/(levels − 1), …, 1. Defaults to 256. */
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
 * The lossless compressed size of each image in nats: the complexity L(x) of Serrà et al. 2020 (arXiv:1909.11480), who use −log
 * p(x) − L(x) as the anomaly score. If log p(x) is the log-probability of gray levels, this score is a log-likelihood ratio,
 * because a compressor is also a model.
 *
 * The compressor works like PNG: it applies deflate to the pixels, to the differences from the pixel to the left, and to the
 * differences from the pixel above, and uses the shortest result. A byte is 8 · ln 2 nats.
 *
 * @param images [examples, pixels], in [0, 1]
 * @returns [examples], nats
 * @throws ArgumentError for images with another type or shape, pixels outside [0, 1], and options out of range
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

/** Each pixel minus the one `step` positions before it, modulo 256. */
const differences = (image: Uint8Array, step: number): Uint8Array =>
  image.map((pixel, i) => pixel - (image[i - step] ?? 0));
