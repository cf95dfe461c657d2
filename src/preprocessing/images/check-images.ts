import { ArgumentError } from "../../runtime/argument-error";
import { tf } from "../../runtime/tensorflow";

/** @throws ArgumentError unless it is a float32 tensor [images, height, width, channels] */
export function checkImages(where: string, images: tf.Tensor4D): void {
  const fits = images instanceof tf.Tensor && !images.isDisposed && images.dtype === "float32";
  if (fits && images.rank === 4 && images.size > 0) return;
  throw new ArgumentError(where, "images", images, "a float32 tensor of shape [images, height, width, channels]");
}
