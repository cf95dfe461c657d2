import type { tf } from "../../runtime/tensorflow";

/** Images and their classes, in native memory; shows itself in a cell. */
export interface ImageSplit {
  /** Pixels in [0, 1], float32 [size, height · width], row by row from the top. */
  readonly images: tf.Tensor2D;
  /** The class of each image, int32 [size]. */
  readonly labels: tf.Tensor1D;
  /** The number of images. */
  readonly size: number;
}

/** A labeled set of images, split by use: fit on `train`, choose on `validation`, report on `test`; shows itself in a cell. */
export interface ImageDataset {
  readonly name: string;
  /** [height, width, channels] */
  readonly imageShape: readonly [number, number, number];
  /** The classes' names, by label. */
  readonly classes: readonly string[];
  readonly train: ImageSplit;
  /** Taken from the end of the training file; undefined when none was asked for. */
  readonly validation: ImageSplit | undefined;
  readonly test: ImageSplit;
  /** Gives the native memory back; the tensors cannot be used afterwards. */
  dispose(): void;
}
