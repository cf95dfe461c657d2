import { describe, expect, test } from "vitest";
import { autoencoder, evaluate, fit, gaussianLikelihood, rng, tf } from "../../src";
import { tolerance } from "../tolerance";

const size = 16;
/** Stripes and their negatives with some noise: data that a code of two numbers describes well. */
const data = tf.tidy(() => {
  const pattern = tf.tensor2d(
    Array.from({ length: 200 }, (_, i) => Array.from({ length: size }, (_, j) => (i + j) % 2)),
  );
  const flips = rng(1).bernoulli(tf.fill([200, size], 0.02));
  return tf.abs(tf.sub(pattern, flips)) as tf.Tensor2D;
});
const make = (options: Partial<Parameters<typeof autoencoder>[0]> = {}) =>
  autoencoder({ dataShape: size, latentDim: 2, hidden: [8], seed: 3, ...options });
const quiet = { progress: false, compile: false, seed: 1 } as const;

describe("autoencoder()", () => {
  test("its loss is the mean over examples of the sum over pixels of softplus(ℓ) − xℓ", async () => {
    const model = make();
    const mine = tf.tidy(() => {
      const logits = model.decoder.apply(model.encoder.apply(data)) as tf.Tensor;
      return logits.softplus().sub(data.mul(logits)).sum(1).mean().arraySync() as number;
    });
    const { loss, distortion } = (await evaluate(model, data, { compile: false })).reconstruction!;
    expect(Math.abs(loss! / mine - 1)).toBeLessThan(tolerance.float32);
    expect(distortion).toBe(loss);
    model.dispose();
  });

  test("fit lowers its distortion, and restores what it was trained on", async () => {
    const model = make();
    const { rows } = await fit(model, data, { epochs: 60, batchSize: 50, learningRate: 0.02, ...quiet });
    expect(rows.at(-1)!.distortion).toBeLessThan(0.4 * Number(rows[0]!.distortion));
    const wrong = tf.tidy(() => model.reconstruct(data).round().sub(data).abs().mean().arraySync() as number);
    expect(wrong).toBeLessThan(0.05);
    model.dispose();
  });

  test("without hidden layers and with a Gaussian likelihood it is linear: the code of a sum is the sum of the codes", () => {
    const model = make({ hidden: [], likelihood: gaussianLikelihood({ stdDev: 1 }) });
    const difference = tf.tidy(() => {
      const [a, b] = [rng(1).normal([5, size]), rng(2).normal([5, size])];
      const code = (x: tf.Tensor) => model.encode(x).sub(model.encode(tf.zerosLike(x)));
      return code(a.add(b))
        .sub(code(a).add(code(b)))
        .abs()
        .max()
        .arraySync() as number;
    });
    expect(difference).toBeLessThan(tolerance.float32);
    model.dispose();
  });

  test("embed and reconstruct work in parts on large data, as on small, for images of any shape", () => {
    const model = make({ dataShape: [4, 4, 1] });
    tf.tidy(() => {
      const images = tf.tile(data, [6, 1]).reshape([1200, 4, 4, 1]);
      expect(model.embed(images).shape).toEqual([1200, 2]);
      expect(model.reconstruct(images).shape).toEqual([1200, 4, 4, 1]);
      const part = tf.slice(images, 1100, 50);
      const difference = model.embed(images).slice(1100, 50).sub(model.encode(part)).abs().max();
      expect(difference.arraySync()).toBeLessThan(tolerance.float32);
    });
    model.dispose();
  });

  test("the same seed gives the same weights, another seed others", () => {
    const models = [make(), make(), make({ seed: 4 })];
    const codes = models.map((model) => tf.tidy(() => [...model.embed(data).dataSync()]));
    expect(codes[1]).toEqual(codes[0]);
    expect(codes[2]).not.toEqual(codes[0]);
    for (const model of models) model.dispose();
  });

  test("leaves no tensor behind, used, trained and disposed of", async () => {
    const use = async () => {
      const model = make();
      await fit(model, data, { epochs: 2, ...quiet });
      tf.dispose([model.embed(data), model.reconstruct(data)]);
      model.dispose();
    };
    await use(); // the first use may make constants that stay
    const before = tf.memory().numTensors;
    await use();
    expect(tf.memory().numTensors).toBe(before);
  });

  test.each([
    ["latentDim", { latentDim: 0 }, "latentDim"],
    ["latentDim", { latentDim: 1.5 }, "1.5"],
    ["dataShape", { dataShape: [4, -4] }, "dataShape"],
    ["hidden", { hidden: [0] }, "hidden"],
  ])("refuses %s out of range: %o", (_, options, message) => {
    expect(() => make(options)).toThrow(message);
  });

  test("refuses values outside the support of its likelihood, and data of another shape", async () => {
    const model = make();
    const outside = tf.fill([4, size], 1.5);
    await expect(fit(model, outside, { epochs: 1, ...quiet })).rejects.toThrow("1.5");
    expect(() => model.embed(tf.zeros([4, size + 1]))).toThrow(`[examples, ${size}]`);
    tf.dispose(outside);
    model.dispose();
  });
});
