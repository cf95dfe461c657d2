import { afterAll, describe, expect, test } from "vitest";
import { type Displayable, displaySymbol, type MimeBundle } from "../../src/display/mime-bundle";
import { withDisplay } from "../../src/display/with-display";
import * as lab from "../../src/index";
import { tf } from "../../src/runtime/tensorflow";

afterAll(() => tf.disposeVariables());

const plain = (value: object): string => {
  const bundle = (value as Displayable)[displaySymbol]() as MimeBundle;
  expect(bundle.data["text/html"]).toContain("<table>");
  return String(bundle.data["text/plain"]);
};

test("withDisplay() adds nothing that an equal record would not have", () => {
  const record = withDisplay({ a: 1 }, ({ a }) => ({ data: { "text/plain": `a is ${a}` } }));
  expect(record).toEqual({ a: 1 });
  expect(Object.getOwnPropertySymbols({ ...record })).toEqual([]);
  expect(record[displaySymbol]()).toEqual({ data: { "text/plain": "a is 1" } });
});

describe("objects show themselves", () => {
  const x = tf.tidy(() => lab.rng(1).normal([40, 2])) as tf.Tensor2D;
  const words = lab.vocabulary(["the cat", "the dog", "the cat sat"]);
  const rows: [string, () => object | Promise<object>, RegExp][] = [
    ["a standardizer", () => lab.standardizer(x), /^Standardizer of 2 columns\ncolumn +mean +standard deviation\n/],
    [
      "a Gaussian mixture",
      () => lab.fitGaussianMixture(x, { components: 2 }),
      /^Gaussian mixture, full covariance, .* nats per example\ncomponent/,
    ],
    [
      "probabilistic PCA",
      () => lab.fitProbabilisticPca(x, 1),
      /^Probabilistic PCA\n {2}data dimensions: 2\n {2}latent dimensions: 1\n/,
    ],
    [
      "MNIST",
      () => lab.mnist({ train: 5 }),
      /^MNIST: images of 28 × 28 pixels in 10 classes\nsplit.*\ntrain +5 +\[5, 784\]/,
    ],
    ["Fashion-MNIST", () => lab.fashionMnist({ train: 5, validation: 0 }), /^Fashion-MNIST.*\n.*\ntrain.*\ntest/],
    ["cars", () => lab.cars(), /^406 cars.*\n.*\nmilesPerGallon .* 9 +46\.6 +8\n/],
    ["breast cancer", () => lab.breastCancer(), /^Wisconsin.*\n {2}patients: 569\n {2}features: 30\n/],
    ["sprites", () => lab.sprites({ size: 8, rows: 2, columns: 2 }), /^384 sprites of 8 × 8 pixels\n/],
    ["blobs", () => lab.blobs({ examples: 8 }), /^blobs\n {2}points: 8\n/],
    ["a split", async () => (await lab.mnist({ train: 5 })).train, /^5 labeled images\n {2}images: \[5, 784\]/],
    ["data with outliers", () => lab.addOutliers(x, { rate: 0.1, as: "noise" }), /outliers: 4$/],
    [
      "pairs",
      () => lab.pairWithLabeled(x, { x: x.slice(0, 2), y: tf.tensor1d([0, 1]) }),
      /^40 examples, each with one of 2 labeled ones\n {2}x: \[40, 2\]\n {2}labeledX: \[40, 2\]/,
    ],
    [
      "anomaly scores",
      () => lab.anomalyScores(lab.fitProbabilisticPca(x, 1), x, { samples: 1 }),
      /^Anomaly scores of 40 examples\nscore .*\nreconstructionError +squared units of x/,
    ],
    ["a vocabulary", () => words, /^Vocabulary of 2 words from 3 texts\n.*\n *0 +the +3\n *1 +cat +2$/],
    ["word vectors", () => lab.wordVectors(["the cat", "the cat"], words), /^Word vectors\n {2}words: 2\n/],
    [
      "imputations",
      () =>
        lab.imputeMissing(lab.fitProbabilisticPca(x, 1), x, tf.onesLike(x), {
          samples: 2,
          sweeps: 2,
        }) as Promise<object>,
      /^Imputations of 40 examples\n {2}samples: \[2, 40, 2\]\n/,
    ],
  ];
  test.each(rows)("%s", async (_name, make, shown) => {
    expect(plain(await make())).toMatch(shown);
  });
});
