import { mkdtempSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import {
  adversarialAutoencoder,
  autoencoder,
  evaluate,
  fit,
  gaussianPrior,
  infoVae,
  type LatentPrior,
  load,
  maximumMeanDiscrepancy,
  ringPrior,
  rng,
  save,
  swissRollPrior,
  tf,
  vaeGan,
  waeMmd,
} from "../../src";
import { numbers, pictures, quiet } from "../training/toys";

beforeEach(() => tf.engine().startScope());
afterEach(() => {
  tf.engine().endScope();
  tf.disposeVariables();
});

const shape = { dataShape: 16, latentDim: 2, hidden: [8], seed: 3 } as const;
const training = { ...quiet, epochs: 2, batchSize: 32, learningRate: 0.01 } as const;
const norms = (codes: tf.Tensor) => tf.sqrt(tf.sum(tf.square(codes), 1));
const mean = (x: tf.Tensor) => tf.mean(x).dataSync()[0] as number;

describe("priors of codes", () => {
  const draws = 20_000;

  test.each([
    gaussianPrior({ latentDim: 3 }),
    ringPrior(),
    swissRollPrior(),
  ])("$made.by gives the same codes for the same seed, others for another", (prior) => {
    const [first, again, other] = [4, 4, 5].map((seed) => [...prior.sample(rng(seed), 50).dataSync()]);
    expect(again).toEqual(first);
    expect(other).not.toEqual(first);
    expect(prior.sample(rng(4), 7).shape).toEqual([7, prior.latentDim]);
  });

  test("gaussianPrior() has mean 0 and the standard deviation asked for", () => {
    const codes = gaussianPrior({ latentDim: 1, stdDev: 3 }).sample(rng(1), draws);
    expect(Math.abs(mean(codes)) / (3 / Math.sqrt(draws))).toBeLessThan(5);
    expect(Math.abs(mean(tf.square(codes)) / 9 - 1) / Math.sqrt(2 / draws)).toBeLessThan(5);
  });

  test("ringPrior() gives every component the same share, around its center on the circle", () => {
    const codes = ringPrior({ components: 5, radius: 10, stdDev: 0.2 }).sample(rng(2), draws).arraySync();
    const step = (2 * Math.PI) / 5;
    const counts = new Array<number>(5).fill(0);
    for (const [x, y] of codes as [number, number][]) {
      const nearest = (Math.round(Math.atan2(y, x) / step) + 5) % 5;
      counts[nearest]!++;
      const away = Math.hypot(x - 10 * Math.cos(nearest * step), y - 10 * Math.sin(nearest * step));
      expect(away).toBeLessThan(0.2 * 6);
    }
    for (const count of counts) expect(Math.abs(count - draws / 5) / Math.sqrt(draws * 0.2 * 0.8)).toBeLessThan(5);
  });

  test("swissRollPrior() without noise lies on its spiral, half of it beyond radius/√2", () => {
    const codes = swissRollPrior({ radius: 2, turns: 1.5, stdDev: 0 }).sample(rng(3), draws);
    for (const [x, y] of codes.arraySync() as [number, number][]) {
      const angle = (Math.hypot(x, y) / 2) * 1.5 * 2 * Math.PI;
      expect(Math.hypot(x - Math.hypot(x, y) * Math.cos(angle), y - Math.hypot(x, y) * Math.sin(angle))).toBeLessThan(
        1e-5,
      );
    }
    const beyond = mean(norms(codes).greater(Math.SQRT2).toFloat());
    expect(Math.abs(beyond - 0.5) / (0.5 / Math.sqrt(draws))).toBeLessThan(5);
  });

  test("refuse what is out of range", () => {
    expect(() => gaussianPrior({ stdDev: 0 })).toThrow("gaussianPrior(): stdDev");
    expect(() => ringPrior({ components: 0 })).toThrow("components");
    expect(() => ringPrior({ radius: Number.NaN })).toThrow("ringPrior(): radius");
    expect(() => swissRollPrior({ stdDev: -1 })).toThrow("a finite number of at least 0");
  });
});

describe("adversarialAutoencoder()", () => {
  test("with a generator that does not move, training gives the numbers of autoencoder()", async () => {
    const plain = autoencoder(shape);
    const model = adversarialAutoencoder({ ...shape, learningRateScales: { generator: 0 } });
    const data = pictures(96);
    await fit(plain, data, training);
    await fit(model, data, training);
    expect(numbers(model.variables()).slice(0, numbers(plain.variables()).length)).toEqual(numbers(plain.variables()));
  });

  test("brings the codes to the prior, which an autoencoder does not", async () => {
    const prior = gaussianPrior({ stdDev: 0.5 });
    const data = pictures(256);
    const wide = { ...shape, hidden: [32] };
    const [plain, model] = [autoencoder(wide), adversarialAutoencoder({ ...wide, prior })];
    const discrepancy = (codes: tf.Tensor2D) =>
      maximumMeanDiscrepancy(codes, prior.sample(rng(8), 500)).dataSync()[0] as number;
    for (const one of [plain, model]) await fit(one, data, { ...training, epochs: 100 });
    expect(discrepancy(model.embed(data))).toBeLessThan(discrepancy(plain.embed(data)) / 4);
  });

  test("takes a prior of one's own, which load() asks for", async () => {
    const prior: LatentPrior = { latentDim: 2, sample: (stream, n) => stream.uniform([n, 2]) as tf.Tensor2D };
    const model = adversarialAutoencoder({ ...shape, prior });
    expect(model.sample(5).shape).toEqual([5, 16]);
    const folder = mkdtempSync(path.join(os.tmpdir(), "elbo-lab-test-"));
    try {
      await save(model, folder);
      await expect(load(folder, adversarialAutoencoder)).rejects.toThrow("its prior cannot be stored");
      const loaded = await load(folder, adversarialAutoencoder, { prior });
      expect([...loaded.sample(5).dataSync()]).toEqual([...model.sample(5).dataSync()]);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  test("refuses priors, networks and options that do not fit", () => {
    expect(() => adversarialAutoencoder({ ...shape, latentDim: 3, prior: ringPrior() })).toThrow(
      "latentDim: 3 and sample(rng, n)",
    );
    expect(() => adversarialAutoencoder({ ...shape, generatorLoss: "wasserstein" as never })).toThrow(
      '"nonSaturating" or "minimax"',
    );
    expect(() => adversarialAutoencoder({ ...shape, learningRateScales: { generator: -1 } })).toThrow(
      "learningRateScales.generator",
    );
    const wide = tf.sequential({ layers: [tf.layers.dense({ units: 4, inputShape: [5] })] });
    expect(() => adversarialAutoencoder({ ...shape, discriminator: wide })).toThrow("the discriminator's input");
    const crooked: LatentPrior = { latentDim: 2, sample: (stream, n) => stream.normal([n, 3]) as tf.Tensor2D };
    expect(() => adversarialAutoencoder({ ...shape, prior: crooked })).toThrow("a draw of 2 codes from the prior");
  });
});

describe("waeMmd() and infoVae()", () => {
  test("bring the codes nearer to the prior than their neutral settings do", async () => {
    const data = pictures(256);
    const prior = gaussianPrior();
    const discrepancy = async (model: ReturnType<typeof waeMmd>) => {
      await fit(model, data, { ...training, epochs: 60 });
      return maximumMeanDiscrepancy(model.embed(data), prior.sample(rng(8), 500)).dataSync()[0] as number;
    };
    const [weighed, free] = [await discrepancy(waeMmd(shape)), await discrepancy(waeMmd({ ...shape, lambda: 0 }))];
    expect(weighed).toBeLessThan(free / 4);
  });

  test("the loss of infoVae() is D + (1 − α) R + (α + λ − 1) MMD²", () => {
    const model = infoVae({ ...shape, alpha: 0.3, lambda: 20 });
    const { loss, terms } = model.phases[0].loss({ x: pictures(40) }, { rng: rng(1), training: false, schedules: {} });
    const { distortion, rate, discrepancy } = terms as Record<string, tf.Tensor>;
    const expected = mean(distortion!) + 0.7 * mean(rate!) + 19.3 * mean(discrepancy!);
    expect(Math.abs(mean(loss) / expected - 1)).toBeLessThan(1e-5);
  });

  test("a last batch of one example trains and is evaluated with the batch before", async () => {
    const [data, validation] = [pictures(33), pictures(65)];
    for (const model of [waeMmd(shape), infoVae(shape)]) {
      const { rows } = await fit(model, data, { ...training, epochs: 2, batchSize: 32, validation });
      expect(rows.every(({ loss }) => Number.isFinite(loss))).toBe(true);
      await evaluate(model, data, { batchSize: 32, compile: false });
      model.dispose();
    }
  });

  test("refuse weights out of range", () => {
    expect(() => waeMmd({ ...shape, lambda: -1 })).toThrow("waeMmd(): lambda");
    expect(() => infoVae({ ...shape, alpha: 1.1 })).toThrow("infoVae(): alpha");
    expect(() => infoVae({ ...shape, alpha: 0.5, lambda: 0.4 })).toThrow("at least 1 − alpha = 0.5");
  });
});

describe("vaeGan()", () => {
  test("the features are the inputs of the discriminator's last layer, and their distance keeps its constant", () => {
    const model = vaeGan({ ...shape, discriminatorHidden: [5] });
    const x = pictures(10);
    const { terms } = model.phases[0].loss({ x }, { rng: rng(1), training: false, schedules: {} });
    const z = model.encode(x).sample(rng(1).split(3)[0]!);
    const [kernel, bias] = model.discriminator.getWeights() as [tf.Tensor2D, tf.Tensor];
    const features = (of: tf.Tensor) => tf.relu(tf.add(tf.matMul(of as tf.Tensor2D, kernel), bias));
    const squares = tf.sum(tf.square(tf.sub(features(x), features(model.decode(z).mean()))), 1);
    const expected = tf.add(tf.mul(squares, 0.5), (5 / 2) * Math.log(2 * Math.PI));
    expect(mean(tf.abs(tf.sub(terms.features, expected)))).toBeLessThan(1e-5);
  });

  test("refuses weights out of range", () => {
    expect(() => vaeGan({ ...shape, lossWeights: { pixels: Number.NaN } })).toThrow("vaeGan(): lossWeights.pixels");
  });
});

test("all of them sample, embed, reconstruct and interpolate", () => {
  const x = pictures(6);
  for (const model of [adversarialAutoencoder(shape), waeMmd(shape), infoVae(shape), vaeGan(shape)]) {
    expect(model.sample(3).shape).toEqual([3, 16]);
    expect(model.embed(x).shape).toEqual([6, 2]);
    expect(model.reconstruct(x).shape).toEqual([6, 16]);
    const path = model.interpolate(tf.slice(x, 0, 1), tf.slice(x, 1, 1), 4);
    expect(path.shape).toEqual([4, 16]);
    expect(model.summary()).toContain("trained parameters");
  }
});
