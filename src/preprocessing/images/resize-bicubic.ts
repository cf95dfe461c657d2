import { checkValue } from "../../runtime/check-value";
import { executeOp } from "../../runtime/execute-op";
import { sizes } from "../../runtime/rules";
import { tf } from "../../runtime/tensorflow";
import { checkImages } from "./check-images";

/**
 * Resizes images by cubic convolution with the kernel of Keys 1981 (a = −½), which tfjs lacks beside `tf.image.resizeNearestNeighbor`
 * and `tf.image.resizeBilinear`. Pixels are squares, not points, and their edges align with those of the image. At sharp edges the
 * results overshoot the range of the pixels: clip them where that matters. TensorFlow tabulates the kernel at 1/1024 of a pixel. No
 * gradient.
 *
 * @param images float32 [images, height, width, channels]
 * @param size [height, width] of the results
 * @returns [images, ...size, channels]
 */
export function resizeBicubic(images: tf.Tensor4D, size: readonly [number, number]): tf.Tensor4D {
  checkImages("resizeBicubic()", images);
  checkValue("resizeBicubic()", "size", size, sizes());
  return tf.tidy(() => {
    const attributes = { T: "float32", align_corners: false, half_pixel_centers: true } as const;
    return executeOp("ResizeBicubic", attributes, [images, tf.tensor1d([...size], "int32")]) as tf.Tensor4D;
  });
}
