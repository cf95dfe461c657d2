import { factsBundle, tableBundle } from "../../display/table";
import { withDisplay } from "../../display/with-display";
import { binarize } from "../../preprocessing/images/binarize";
import { ArgumentError } from "../../runtime/argument-error";
import type { OptionRules } from "../../runtime/check-options";
import { type Rng, rng } from "../../runtime/rng";
import { checkedElsewhere, oneOf, seedNumber } from "../../runtime/rules";
import { tf } from "../../runtime/tensorflow";
import type { DataFile } from "./data-file";
import { type IdxFile, readIdx } from "./idx";
import type { ImageDataset, ImageSplit } from "./image-dataset";

/** Options of all image data sets in IDX files. */
export interface IdxImagesOptions {
  /** The number of training images to hold out, from the end of the file. */
  validation?: number;
  /** The number of the remaining training images to use, from the start of the file; defaults to all. */
  train?: number;
  /**
   * How to treat the gray values: `"gray"` keeps them, in [0, 1]; `"binary"` draws each pixel once as a Bernoulli
   * variable, for likelihoods on {0, 1}. Defaults to "gray".
   */
  pixels?: "gray" | "binary";
  /** The seed of the draw for binary pixels; defaults to 0. */
  seed?: number;
}

/** The images and the labels of one split. */
export interface IdxPair {
  images: DataFile;
  labels: DataFile;
}

/** The description of a data set of 28 × 28 images. */
export interface IdxImages {
  /** The function as the user calls it: `mnist()`. */
  where: string;
  name: string;
  classes: readonly string[];
  /** The number of images in the training file. */
  trainingImages: number;
  /** The default number of validation images. */
  validation: number;
  /** A sentence that says how to get more training images; undefined if there are no more. */
  more?: string;
  /** Finds the files; called after the options have been checked. */
  files: () => Promise<Record<"train" | "test", IdxPair>>;
}

/** The rules of `IdxImagesOptions`, for loaders with more options. The counts are checked against the sizes of the data set. */
export const idxImagesRules: OptionRules<IdxImagesOptions> = {
  validation: checkedElsewhere.optional(),
  train: checkedElsewhere.optional(),
  pixels: oneOf("gray", "binary").optional(),
  seed: seedNumber.optional(),
};

const pixelsPerImage = 28 * 28;

/** Reads a data set in the format of MNIST: checks the options, verifies the files, and returns typed splits. */
export async function idxImages(set: IdxImages, options: IdxImagesOptions): Promise<ImageDataset> {
  const { where, trainingImages, more } = set;
  const { validation = set.validation, pixels = "gray", seed = 0 } = options;
  check(where, "validation", validation, 0, trainingImages - 1, more);
  const { train = trainingImages - validation } = options;
  check(where, "train", train, 1, trainingImages - validation, more);
  const { train: trainFiles, test: testFiles } = await set.files();
  const training = readSplit(trainFiles);
  const testing = readSplit(testFiles);
  const binary = pixels === "binary";
  const splits = tf.tidy(() => {
    const [trainDraws, validationDraws, testDraws] = rng(seed).split(3);
    return {
      train: toTensors(training, 0, train, binary, trainDraws as Rng),
      validation: toTensors(training, trainingImages - validation, trainingImages, binary, validationDraws as Rng),
      test: toTensors(testing, 0, testing.labels.shape[0] as number, binary, testDraws as Rng),
    } as unknown as tf.TensorContainerObject;
  }) as unknown as Record<"train" | "validation" | "test", ImageSplit>;
  if (validation === 0) tf.dispose([splits.validation.images, splits.validation.labels]);
  const dataset: ImageDataset = {
    name: set.name,
    imageShape: [28, 28, 1],
    classes: set.classes,
    ...splits,
    validation: validation > 0 ? splits.validation : undefined,
    dispose: () => tf.dispose(Object.values(splits).flatMap(({ images, labels }) => [images, labels])),
  };
  for (const split of Object.values(splits)) withDisplay(split, showSplit);
  return withDisplay(dataset, showImages);
}

const showSplit = ({ images, labels, size }: ImageSplit) =>
  factsBundle(`${size} labeled images`, {
    images: `[${images.shape.join(", ")}]`,
    labels: `[${labels.shape.join(", ")}]`,
  });

function showImages({ name, imageShape, classes, train, validation, test }: ImageDataset) {
  const [height, width] = imageShape;
  const splits = Object.entries({ train, validation, test }).filter(([, split]) => split !== undefined);
  return tableBundle(
    `${name}: images of ${height} × ${width} pixels in ${classes.length} classes`,
    ["split", "images", "shape"],
    splits.map(([split, value]) => [split, value?.size, `[${value?.size}, ${height * width}]`]),
  );
}

interface RawSplit {
  images: IdxFile;
  labels: IdxFile;
}

function readSplit({ images, labels }: IdxPair): RawSplit {
  return {
    images: readIdx(images),
    labels: readIdx(labels),
  };
}

function toTensors(file: RawSplit, start: number, end: number, binary: boolean, draws: Rng): ImageSplit {
  const size = end - start;
  const pixels = Float32Array.from(file.images.values.subarray(start * pixelsPerImage, end * pixelsPerImage));
  const gray = tf.tensor2d(pixels, [size, pixelsPerImage]).mul(1 / 255) as tf.Tensor2D;
  return {
    images: binary ? binarize(gray, draws) : gray,
    labels: tf.tensor1d(Int32Array.from(file.labels.values.subarray(start, end)), "int32"),
    size,
  };
}

function check(where: string, name: string, value: number, low: number, high: number, more?: string): void {
  if (Number.isInteger(value) && low <= value && value <= high) return;
  throw new ArgumentError(where, name, value, `a whole number in [${low}, ${high}]`, more);
}
