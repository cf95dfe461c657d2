import type { tf } from "../../runtime/tensorflow";

/** Images and their classes, in native memory. Has a display in a cell. */
export interface ImageSplit {
  /** Pixels in [0, 1], float32 [size, height · width], row by row from the top. */
  readonly images: tf.Tensor2D;
  /** The class of each image, int32 [size]. */
  readonly labels: tf.Tensor1D;
  /** The number of images. */
  readonly size: number;
}

/**
 * A labeled image data set with three splits: fit on `train`, choose on `validation`, and report on `test`. Has a
 * display in a cell.
 */
export interface ImageDataset {
  readonly name: string;
  /** [height, width, channels] */
  readonly imageShape: readonly [number, number, number];
  /** The classes' names, by label. */
  readonly classes: readonly string[];
  readonly train: ImageSplit;
  /** The validation images, from the end of the training file; undefined if `validation` is 0. */
  readonly validation: ImageSplit | undefined;
  readonly test: ImageSplit;
  /** Frees the native memory; the tensors cannot be used afterward. */
  dispose(): void;
}
