import { ArgumentError } from "../../runtime/argument-error";
import { checkOptions, optionsSchema } from "../../runtime/check-options";
import { accepts } from "../../runtime/rules";
import { tf } from "../../runtime/tensorflow";
import { checkImages } from "./check-images";

/** Options of `medianFilter()`. */
export interface MedianFilterOptions {
  /** Height and width of the window in pixels, an odd number; defaults to 3. */
  size?: number;
}

const schema = optionsSchema<MedianFilterOptions>({
  size: accepts<number>((value) => Number.isInteger(value) && (value as number) % 2 === 1, "an odd number").optional(),
});

/**
 * Replaces each pixel with the median of the window around it, which removes isolated wrong pixels and keeps edges. The image is
 * mirrored at its border.
 *
 * @param images float32 [images, height, width, channels], at least as high and wide as half a window
 * @returns the filtered images, with the same shape
 * @throws ArgumentError for images with another type or shape, and a size that is even or too large for the images
 */
export function medianFilter(images: tf.Tensor4D, options: MedianFilterOptions = {}): tf.Tensor4D {
  const where = "medianFilter()";
  checkImages(where, images);
  checkOptions(where, schema, options);
  const { size = 3 } = options;
  const [, height, width] = images.shape;
  const margin = (size - 1) / 2;
  if (!(margin >= 0 && margin <= Math.min(height, width))) {
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
