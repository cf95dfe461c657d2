import { ArgumentError } from "../runtime/argument-error";
import { tf } from "../runtime/tensorflow";

/** @throws ArgumentError unless both are float32 tensors of the same shape, [images, …] */
export function checkImagePair(where: string, images: tf.Tensor, references: tf.Tensor): void {
  for (const [name, given] of Object.entries({ images, references })) {
    const fits = given instanceof tf.Tensor && !given.isDisposed && given.dtype === "float32";
    if (fits && given.rank >= 2 && given.size > 0) continue;
    throw new ArgumentError(where, name, given, "a float32 tensor of shape [images, …]");
  }
  if (tf.util.arraysEqual(images.shape, references.shape)) return;
  throw new ArgumentError(where, "images", images.shape, `of the shape of the references, [${references.shape}]`);
}

/** @throws ArgumentError if a result is NaN, which happens if pixels are not finite */
export function checkPixels(where: string, values: Float32Array): void {
  if (!values.some(Number.isNaN)) return;
  throw new ArgumentError(where, "images or references", "pixels that are not finite", "finite numbers");
}
