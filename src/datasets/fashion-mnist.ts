import path from "node:path";
import { checkOptions, optionsSchema } from "../runtime/check-options";
import { accepts, flag } from "../runtime/rules";
import { cacheFolder } from "./files/cache-folder";
import { type DataFile, dataFile, hasDataFolder } from "./files/data-file";
import { fetchFile } from "./files/fetch-file";
import { type IdxImagesOptions, idxImages, idxImagesRules } from "./files/idx-images";
import type { ImageDataset } from "./files/image-dataset";

/**
 * Options of `fashionMnist()`. By default, 1000 of the 10,000 training images in the repository are for validation;
 * with `download: true`, 5000 of all 60,000.
 */
export interface FashionMnistOptions extends IdxImagesOptions {
  /**
   * Whether to use all 60,000 training images. They are downloaded once (26 MB), verified, and kept in the cache
   * folder. Defaults to false, which uses the first 10,000.
   */
  download?: boolean;
  /** The URL of the folder to download the training files from; defaults to the authors' repository. */
  from?: string;
}

const authors = "https://raw.githubusercontent.com/zalandoresearch/fashion-mnist/master/data/fashion";

/** Checksums of the published files; data/README.md says how they were checked against the authors' MD5 sums. */
const published = {
  images: ["train-images-idx3-ubyte.gz", "3aede38d61863908ad78613f6a32ed271626dd12800ba2636569512369268a84"],
  labels: ["train-labels-idx1-ubyte.gz", "a04f17134ac03560a47e3764e11b92fc97de4d1bfaf8ba1a3aa29af54cc90845"],
} as const;

const packaged = {
  trainImages: ["train-10k-images-idx3-ubyte.gz", "1be733b5e3563a3e09249eaf2860ab906050f4ad092514fd69643a971f092eef"],
  trainLabels: ["train-10k-labels-idx1-ubyte.gz", "61a6840eba903a1624db1cd180742787f58a96a5d569dcbab532ea0bbd943a75"],
  testImages: ["t10k-images-idx3-ubyte.gz", "346e55b948d973a97e58d2351dde16a484bd415d4595297633bb08f03db6a073"],
  testLabels: ["t10k-labels-idx1-ubyte.gz", "67da17c76eaffca5446c3361aaab5c3cd6d1c2608764d35dfb1850b086bf8dd5"],
} as const;

const classes = [
  ...["T-shirt/top", "Trouser", "Pullover", "Dress", "Coat"],
  ...["Sandal", "Shirt", "Sneaker", "Bag", "Ankle boot"],
];

/**
 * Fashion-MNIST (Xiao, Rasul & Vollgraf 2017, MIT license): 28 × 28 images of clothes in ten classes, in the format of MNIST and
 * in the original order. The complete test set and the first 10,000 training images are in the repository, but not in the npm
 * package. `download: true` downloads all 60,000 training images, and the test images if they are missing. The checksums of the
 * files are verified.
 *
 * @throws ArgumentError for an option out of range; Error, with the fix, for a missing or corrupt file or a failed download
 */
export async function fashionMnist(options: FashionMnistOptions = {}): Promise<ImageDataset> {
  checkOptions("fashionMnist()", schema, options);
  const { download = false, from = authors } = options;
  return idxImages(
    {
      where: "fashionMnist()",
      name: "Fashion-MNIST",
      classes,
      ...(download ? { trainingImages: 60_000, validation: 5000 } : { trainingImages: 10_000, validation: 1000, more }),
      files: async () => ({
        train: download
          ? { images: await fetched(published.images, from), labels: await fetched(published.labels, from) }
          : { images: inPackage(packaged.trainImages), labels: inPackage(packaged.trainLabels) },
        test:
          download && !hasDataFolder(folder)
            ? { images: await fetched(packaged.testImages, from), labels: await fetched(packaged.testLabels, from) }
            : { images: inPackage(packaged.testImages), labels: inPackage(packaged.testLabels) },
      }),
    },
    options,
  );
}

const more = "Without a download, there are 10,000 training images; download: true fetches all 60,000 (26 MB).";

const schema = optionsSchema<FashionMnistOptions>({
  ...idxImagesRules,
  download: flag.optional(),
  from: accepts<string>((value) => URL.canParse(value as string), "an address such as https://…").optional(),
});

const folder = "fashion-mnist";
const otherwise =
  "The npm package of elbo-lab does not include these images (8 MB). To fix it, pass download: true, which fetches all 70,000 images " +
  "once (31 MB); or copy data/fashion-mnist from the repository of elbo-lab to that place.";

const inPackage = ([name, sha256]: readonly [string, string]): DataFile =>
  dataFile(`${folder}/${name}`, sha256, otherwise);

async function fetched([name, sha256]: readonly [string, string], from: string): Promise<DataFile> {
  const file = path.join(cacheFolder(), "fashion-mnist", name);
  await fetchFile(`${from.replace(/\/$/, "")}/${name}`, file, { sha256 });
  return { file, sha256, fix: "To fix it, delete the file and try again." };
}
