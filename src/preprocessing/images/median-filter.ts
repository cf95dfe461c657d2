import { ArgumentError } from "../../runtime/argument-error";
import { tf } from "../../runtime/tensorflow";
import { checkImages } from "./check-images";

/** Options of `medianFilter()`. */
export interface MedianFilterOptions {
  /** Height and width of the window, an odd number; defaults to 3. */
  size?: number;
}

/**
 * Replaces each pixel by the median of the window around it, which removes single wrong pixels and keeps edges. At the border the image
 * is mirrored.
 *
 * @param images float32 [images, height, width, channels], as high and wide as half a window at least
 * @returns of the same shape
 */
export function medianFilter(images: tf.Tensor4D, { size = 3 }: MedianFilterOptions = {}): tf.Tensor4D {
  const where = "medianFilter()";
  checkImages(where, images);
  const [, height, width] = images.shape;
  const margin = (size - 1) / 2;
  if (!(Number.isInteger(margin) && margin >= 0 && margin <= Math.min(height, width))) {
    throw new ArgumentError(where, "size", size, `an odd number for images of ${height} × ${width} pixels`);
  }
  return tf.tidy(() => {
    const border: [number, number][] = [
      [0, 0],
      [margin, margin],
      [margin, margin],
      [0, 0],
    ];
    const padded = tf.mirrorPad(images, border, "symmetric");
    const shifts = Array.from({ length: size ** 2 }, (_, i) =>
      tf.slice(padded, [0, Math.floor(i / size), i % size, 0], images.shape),
    );
    const upperHalf = tf.topk(tf.stack(shifts, 4), (size ** 2 + 1) / 2).values;
    return tf.min(upperHalf, 4);
  });
}
