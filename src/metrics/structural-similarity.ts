import { ArgumentError } from "../runtime/argument-error";
import { checkOptions, optionsSchema } from "../runtime/check-options";
import { checkValue } from "../runtime/check-value";
import { readValues } from "../runtime/read-values";
import { checkedElsewhere, positive, sizes } from "../runtime/rules";
import { tf } from "../runtime/tensorflow";
import { checkImagePair, checkPixels } from "./image-pair";

/** Options of `structuralSimilarity()`. */
export interface StructuralSimilarityOptions {
  /** [height, width, channels]; needed if images are rows of pixels, [images, height · width · channels]. */
  imageShape?: readonly [number, number, number];
  /** The difference between the brightest and the darkest possible pixel, above 0; defaults to 1. */
  range?: number;
}

const schema = optionsSchema<StructuralSimilarityOptions>({
  imageShape: checkedElsewhere.optional(),
  range: positive.optional(),
});

/** The window and the constants of the paper. */
const [windowSize, windowStdDev, k1, k2] = [11, 1.5, 0.01, 0.03];

/**
 * The structural similarity of each image to its reference (Wang et al. 2004, equation 13), in [−1, 1]; 1 for identical images.
 * It compares brightness, contrast and structure in every window of 11 × 11 pixels, weighted by a Gaussian with standard
 * deviation 1.5, and takes the mean over all windows inside the image and over channels. It penalizes blur more than
 * `peakSignalToNoise()` does.
 *
 * @param images [images, height, width, channels], or rows of pixels with `imageShape`; at least 11 pixels high and wide
 * @param references the true images, of the same shape
 * @returns [images]
 * @throws ArgumentError for images and references of different shapes, images that are too small, pixels that are not
 *   finite, and options out of range
 */
export function structuralSimilarity(
  images: tf.Tensor,
  references: tf.Tensor,
  options: StructuralSimilarityOptions = {},
): Float32Array {
  const where = "structuralSimilarity()";
  checkOptions(where, schema, options);
  const { imageShape, range = 1 } = options;
  checkImagePair(where, images, references);
  const shape = imageShape ?? (images.shape.slice(1) as [number, number, number]);
  checkValue(where, "imageShape", shape, sizes());
  const [height, width, channels] = shape;
  if (shape.length !== 3 || height * width * channels !== images.size / (images.shape[0] as number)) {
    throw new ArgumentError(where, "imageShape", imageShape, `[height, width, channels] of images [${images.shape}]`);
  }
  if (height < windowSize || width < windowSize) {
    throw new ArgumentError(where, "imageShape", shape, `at least ${windowSize} pixels high and wide`);
  }
  const values = readValues(() => {
    // Every channel is treated as a separate image.
    const planes = (batch: tf.Tensor) =>
      tf.transpose(batch.reshape([-1, ...shape]), [0, 3, 1, 2]).reshape([-1, height, width, 1]) as tf.Tensor4D;
    const [x, y] = [planes(images), planes(references)];
    const local = (plane: tf.Tensor4D) => tf.conv2d(tf.conv2d(plane, column, 1, "valid"), row, 1, "valid");
    const [column, row] = [gaussian().reshape([windowSize, 1, 1, 1]), gaussian().reshape([1, windowSize, 1, 1])] as [
      tf.Tensor4D,
      tf.Tensor4D,
    ];
    // Variances are differences of squares. Computing them around each plane's mean keeps their precision for any offset.
    const [offsetX, offsetY] = [x, y].map((plane) => tf.mean(plane, [1, 2, 3], true)) as [tf.Tensor, tf.Tensor];
    const [a, b] = [tf.sub(x, offsetX), tf.sub(y, offsetY)] as [tf.Tensor4D, tf.Tensor4D];
    const variance = (plane: tf.Tensor4D) => tf.relu(tf.sub(local(tf.square(plane)), tf.square(local(plane))));
    const difference = tf.sub(a, b) as tf.Tensor4D;
    const [meanX, meanY] = [tf.add(local(a), offsetX), tf.add(local(b), offsetY)];
    const meanDifference = tf.add(local(difference), tf.sub(offsetX, offsetY));
    const [c1, c2] = [(k1 * range) ** 2, (k2 * range) ** 2];
    // (2 μx μy + c)/(μx² + μy² + c) = 1 − (μx − μy)²/(μx² + μy² + c), and likewise 1 − Var(x − y)/(Var x + Var y + c).
    const brightness = tf.sub(1, tf.div(tf.square(meanDifference), tf.add(tf.square(meanX), tf.square(meanY)).add(c1)));
    const structure = tf.sub(1, tf.div(variance(difference), tf.add(variance(a), variance(b)).add(c2)));
    const similarity = tf.mul(brightness, structure).reshape([images.shape[0] as number, -1]);
    return tf.mean(similarity, 1);
  });
  checkPixels(where, values);
  return values;
}

/** The weights of the window along one axis, which sum to 1. */
function gaussian(): tf.Tensor1D {
  const offsets = Array.from({ length: windowSize }, (_, i) => i - (windowSize - 1) / 2);
  const weights = offsets.map((offset) => Math.exp(-(offset ** 2) / (2 * windowStdDev ** 2)));
  const sum = weights.reduce((total, weight) => total + weight, 0);
  return tf.tensor1d(weights.map((weight) => weight / sum));
}
