import { ArgumentError } from "../runtime/argument-error";
import { checkSizes } from "../runtime/check-sizes";
import { tf } from "../runtime/tensorflow";
import { checkFinite, checkImagePair, checkRange } from "./image-pair";

/** Options of `structuralSimilarity()`. */
export interface StructuralSimilarityOptions {
  /** [height, width, channels], where images are rows of pixels, [images, height · width · channels]. */
  imageShape?: readonly [number, number, number];
  /** The distance of the brightest from the darkest possible pixel, above 0; defaults to 1. */
  range?: number;
}

/** The window and the constants of the paper. */
const [windowSize, windowStdDev, k1, k2] = [11, 1.5, 0.01, 0.03];

/**
 * The structural similarity of each image to its reference (Wang et al. 2004, equation 13), in [−1, 1], 1 for the same image: it
 * compares brightness, contrast and structure in every window of 11 × 11 pixels, weighed by a Gaussian of standard deviation 1.5, and
 * takes the mean over the windows that lie inside the image, and over channels. Blur costs more here than in `peakSignalToNoise()`.
 *
 * @param images [images, height, width, channels], or rows of pixels with `imageShape`; 11 pixels high and wide at least
 * @param references of the same shape, as they should be
 * @returns [images]
 */
export function structuralSimilarity(
  images: tf.Tensor,
  references: tf.Tensor,
  { imageShape, range = 1 }: StructuralSimilarityOptions = {},
): Float32Array {
  const where = "structuralSimilarity()";
  checkImagePair(where, images, references);
  checkRange(where, range);
  const shape = imageShape ?? (images.shape.slice(1) as [number, number, number]);
  checkSizes(where, "imageShape", shape);
  const [height, width, channels] = shape;
  if (shape.length !== 3 || height * width * channels !== images.size / (images.shape[0] as number)) {
    throw new ArgumentError(where, "imageShape", imageShape, `[height, width, channels] of images [${images.shape}]`);
  }
  if (height < windowSize || width < windowSize) {
    throw new ArgumentError(where, "imageShape", shape, `at least ${windowSize} pixels high and wide`);
  }
  const values = tf.tidy(() => {
    // Every channel is an image of its own.
    const planes = (batch: tf.Tensor) =>
      tf.transpose(batch.reshape([-1, ...shape]), [0, 3, 1, 2]).reshape([-1, height, width, 1]) as tf.Tensor4D;
    const [x, y] = [planes(images), planes(references)];
    const local = (plane: tf.Tensor4D) => tf.conv2d(tf.conv2d(plane, column, 1, "valid"), row, 1, "valid");
    const [column, row] = [gaussian().reshape([windowSize, 1, 1, 1]), gaussian().reshape([1, windowSize, 1, 1])] as [
      tf.Tensor4D,
      tf.Tensor4D,
    ];
    const [meanX, meanY] = [local(x), local(y)];
    const [varX, varY] = [tf.sub(local(tf.square(x)), tf.square(meanX)), tf.sub(local(tf.square(y)), tf.square(meanY))];
    const covariance = tf.sub(local(tf.mul(x, y)), tf.mul(meanX, meanY));
    const [c1, c2] = [(k1 * range) ** 2, (k2 * range) ** 2];
    const brightness = tf.div(
      tf.mul(tf.mul(meanX, meanY), 2).add(c1),
      tf.add(tf.square(meanX), tf.square(meanY)).add(c1),
    );
    const structure = tf.div(tf.mul(covariance, 2).add(c2), tf.add(varX, varY).add(c2));
    const similarity = tf.mul(brightness, structure).reshape([images.shape[0] as number, -1]);
    return tf.mean(similarity, 1).dataSync() as Float32Array;
  });
  checkFinite(where, values);
  return values;
}

/** The weights of the window along one axis, which sum to 1. */
function gaussian(): tf.Tensor1D {
  const offsets = Array.from({ length: windowSize }, (_, i) => i - (windowSize - 1) / 2);
  const weights = offsets.map((offset) => Math.exp(-(offset ** 2) / (2 * windowStdDev ** 2)));
  const sum = weights.reduce((total, weight) => total + weight, 0);
  return tf.tensor1d(weights.map((weight) => weight / sum));
}
