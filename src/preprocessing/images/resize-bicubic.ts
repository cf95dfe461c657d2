import { checkValue } from "../../runtime/check-value";
import { executeOp } from "../../runtime/execute-op";
import { sizes } from "../../runtime/rules";
import { tf } from "../../runtime/tensorflow";
import { checkImages } from "./check-images";

/**
 * Resizes images by cubic convolution with the kernel of Keys 1981 (a = −½). tfjs has `tf.image.resizeNearestNeighbor` and
 * `tf.image.resizeBilinear`, but no bicubic method. Pixels are treated as squares, and their edges are aligned with those of the
 * image. At sharp edges, the results overshoot the range of the pixels, so clip them if that matters. TensorFlow tabulates the
 * kernel with a resolution of 1/1024 pixel. The result has no gradient.
 *
 * @param images float32 [images, height, width, channels]
 * @param size [height, width] of the results
 * @returns [images, ...size, channels]
 * @throws ArgumentError for images with another type or shape, and sizes that are not whole numbers of at least 1
 */
export function resizeBicubic(images: tf.Tensor4D, size: readonly [number, number]): tf.Tensor4D {
  checkImages("resizeBicubic()", images);
  checkValue("resizeBicubic()", "size", size, sizes());
  return tf.tidy(() => {
    const attributes = { T: "float32", align_corners: false, half_pixel_centers: true } as const;
    return executeOp("ResizeBicubic", attributes, [images, tf.tensor1d([...size], "int32")]) as tf.Tensor4D;
  });
}
