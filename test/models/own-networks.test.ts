import { mkdtempSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { bernoulli } from "../../src/distributions/bernoulli";
import { supports } from "../../src/distributions/support";
import { gaussianLikelihood } from "../../src/likelihoods/gaussian-likelihood";
import type { Likelihood } from "../../src/likelihoods/likelihood";
import { type VaeOptions, vae } from "../../src/models/vae";
import { convDecoder } from "../../src/networks/conv-decoder";
import { convEncoder } from "../../src/networks/conv-encoder";
import { initialize } from "../../src/networks/initialize";
import { mlp } from "../../src/networks/mlp";
import { mixturePrior } from "../../src/priors/mixture-prior";
import { rng } from "../../src/runtime/rng";
import { tf } from "../../src/runtime/tensorflow";
import { load, save } from "../../src/saving/save";
import { fit } from "../../src/training/fit";

/** A body [batch, 2] → [batch, 4, 4, 1] that ends in a convolution. */
const convolutional = (activation?: "sigmoid"): tf.LayersModel =>
  tf.sequential({
    layers: [
      tf.layers.dense({ inputShape: [2], units: 16, activation: "relu" }),
      tf.layers.reshape({ targetShape: [4, 4, 1] }),
      tf.layers.conv2dTranspose({ filters: 1, kernelSize: 3, padding: "same", ...(activation && { activation }) }),
    ],
  });
const images = { dataShape: [4, 4, 1], latentDim: 2, hidden: [5] } as const;

describe("The head of a body of one's own", () => {
  test.each<[string, Partial<VaeOptions>, "encoder" | "decoder", boolean]>([
    ["a decoder that ends in the data's shape", { decoder: convolutional() }, "decoder", false],
    [
      "a decoder that ends in as many numbers",
      { decoder: mlp({ inputs: 2, hidden: [3], outputs: 16 }) },
      "decoder",
      false,
    ],
    ["a decoder of other outputs", { decoder: mlp({ inputs: 2, hidden: [], outputs: 15 }) }, "decoder", true],
    ["a hidden layer", { decoder: mlp({ inputs: 2, hidden: [7] }) }, "decoder", true],
    ["a decoder that is to have one all the same", { decoder: convolutional(), decoderHead: true }, "decoder", true],
    [
      "two outputs per component",
      { decoder: convolutional(), likelihood: gaussianLikelihood({ stdDev: "perComponent" }) },
      "decoder",
      true,
    ],
    [
      "an encoder that ends in means and log-variances",
      { encoder: mlp({ inputs: [4, 4, 1], hidden: [3], outputs: 4 }) },
      "encoder",
      false,
    ],
    ["convDecoder()", { decoder: convDecoder({ inputs: 2, outputs: [4, 4, 1], filters: [3] }) }, "decoder", false],
    [
      "convDecoder() of flat images",
      { decoder: convDecoder({ inputs: 2, outputs: 16, imageShape: [4, 4, 1], filters: [3] }) },
      "decoder",
      false,
    ],
    ["convEncoder()", { encoder: convEncoder({ inputs: [4, 4, 1], filters: [3] }) }, "encoder", true],
    [
      "convEncoder() that ends in means and log-variances",
      { encoder: convEncoder({ inputs: [4, 4, 1], filters: [3], outputs: 4 }) },
      "encoder",
      false,
    ],
    ["an encoder of other outputs", { encoder: mlp({ inputs: [4, 4, 1], hidden: [3], outputs: 2 }) }, "encoder", true],
  ])("%s", (_, own, network, headed) => {
    const model = vae({ ...images, ...own } as VaeOptions);
    const body = own[network] as tf.LayersModel;
    expect(model[network].countParams() > body.countParams()).toBe(headed);
    model.dispose();
  });

  test("inputs that pass unchanged are no head, though they may have the right shape", () => {
    const model = vae({ dataShape: 4, latentDim: 2, encoder: mlp({ inputs: 4, hidden: [] }) });
    expect(model.encoder.countParams()).toBe(4 * 4 + 4);
    model.dispose();
  });

  test("a decoder that ends in the data's shape through a sigmoid must say what it is", () => {
    const make = (decoderHead?: boolean) =>
      vae({ ...images, decoder: convolutional("sigmoid"), ...(decoderHead !== undefined && { decoderHead }) });
    expect(() => make()).toThrow(
      /decoderHead must be true or false for a body that already ends in the shape of the outputs, \[4, 4, 1\], through sigmoid.*With false/,
    );
    expect(make(false).decoder.countParams()).toBe(convolutional().countParams());
    expect(make(true).decoder.countParams()).toBe(convolutional().countParams() + 16 * 16 + 16);
  });
});

test("convolutional networks learn color images of an odd size, and are saved with the model", async () => {
  const folder = mkdtempSync(path.join(os.tmpdir(), "elbo-lab-test-"));
  const shape = [7, 5, 3];
  // Each color channel has one value in the whole image.
  const x = tf.tidy(() => rng(1).normal([60, 1, 1, 3]).tile([1, 7, 5, 1]));
  try {
    const model = vae({
      dataShape: shape,
      latentDim: 3,
      encoder: convEncoder({ inputs: shape, filters: [4, 8], residualBlocks: 1 }),
      decoder: convDecoder({ inputs: 3, outputs: shape, filters: [8, 4], residualBlocks: 1 }),
      likelihood: gaussianLikelihood({ stdDev: 0.5 }),
    });
    const { rows } = await fit(model, x, { epochs: 40, batchSize: 20, learningRate: 3e-3, progress: false });
    expect(rows.at(-1)!.loss as number).toBeLessThan(0.8 * (rows[0]!.loss as number));
    await save(model, folder);
    const loaded = await load(folder, vae);
    const [before, after] = [model, loaded].map((one) => tf.tidy(() => one.reconstruct(x)));
    expect(after!.shape).toEqual([60, ...shape]);
    expect(after!.dataSync()).toEqual(before!.dataSync());
    expect(tf.tidy(() => model.sample(2)).shape).toEqual([2, ...shape]);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

describe("dispose()", () => {
  test("frees what the model made and leaves networks of the caller alive, with or without a head", () => {
    for (const decoder of [convolutional(), mlp({ inputs: 2, hidden: [7] })]) {
      const before = tf.memory().numTensors;
      const model = vae({
        ...images,
        decoder,
        likelihood: gaussianLikelihood(),
        prior: mixturePrior({ components: 3 }),
      });
      model.dispose();
      expect(tf.memory().numTensors).toBe(before);
      const predict = () => tf.tidy(() => (decoder.predict(tf.zeros([1, 2])) as tf.Tensor).shape);
      expect(predict).not.toThrow();
      // A second call does nothing.
      expect(() => model.dispose()).not.toThrow();
      expect(predict).not.toThrow();
      decoder.dispose();
    }
  });

  test("of a loaded model frees the networks that load() made", async () => {
    const folder = mkdtempSync(path.join(os.tmpdir(), "elbo-lab-test-"));
    try {
      const model = vae({ ...images, decoder: convolutional() });
      await save(model, folder);
      (await load(folder, vae)).dispose();
      const before = tf.memory().numTensors;
      const loaded = await load(folder, vae);
      loaded.dispose();
      loaded.dispose();
      expect(tf.memory().numTensors).toBe(before);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  test("leaves the variables of a likelihood of one's own, unless it brings a dispose()", () => {
    const own = (dispose?: () => void): Likelihood => ({
      outputsPerComponent: 1,
      support: supports.binary,
      variables: [tf.variable(tf.scalar(1))],
      distribution: (outputs, shape) => bernoulli({ logits: outputs.reshape([-1, ...shape]) }),
      ...(dispose && { dispose }),
    });
    const kept = own();
    vae({ ...images, likelihood: kept }).dispose();
    expect(kept.variables[0]!.isDisposed).toBe(false);
    let called = 0;
    vae({ ...images, likelihood: own(() => void called++) }).dispose();
    expect(called).toBe(1);
  });
});

describe("Weights of the caller's networks", () => {
  test("are not those of the seed: initialize() draws them", () => {
    const body = mlp({ inputs: 2, hidden: [3], seed: rng(8) });
    const before = body.getWeights().map((weight) => [...weight.dataSync()]);
    const weights = () => body.getWeights().map((weight) => [...weight.dataSync()]);
    vae({ ...images, decoder: body, seed: 5 });
    expect(weights()).toEqual(before);
    initialize(body, rng(9));
    const drawn = weights();
    expect(drawn).not.toEqual(before);
    initialize(body, rng(8));
    initialize(body, rng(9));
    expect(weights()).toEqual(drawn);
  });
});

const small = { dataShape: 6, latentDim: 2, hidden: [5] } as const;

test.each<[string, () => unknown, RegExp]>([
  [
    "a likelihood's name",
    () => vae({ ...small, likelihood: "gaussian" as never }),
    /likelihood must be a likelihood: .*gaussianLikelihood\(\).*but got 'gaussian'/,
  ],
  [
    "an unknown option",
    () => vae({ ...small, latent: 9 } as never),
    /vae\(\): there is no option "latent". Did you mean "latentDim"/,
  ],
  ["options that are none", () => vae(3 as never), /options must be an object with options: dataShape/],
  [
    "a layer for a network",
    () => vae({ ...small, encoder: tf.layers.dense({ units: 3 }) as never }),
    /encoder must be a network: mlp\(\)/,
  ],
  [
    "a head that is not true or false",
    () => vae({ ...small, decoderHead: 1 as never }),
    /decoderHead must be true or false/,
  ],
  ["half a seed", () => vae({ ...small, seed: 0.5 }), /seed must be a whole number/],
])("vae() refuses %s", (_, make, message) => expect(make).toThrow(message));

test.each<[string, () => tf.Tensor, RegExp]>([
  [
    "gray pixels under the default likelihood",
    () => tf.fill([2, 6], 0.5),
    /but got 0\.5.*bernoulliLikelihood\(\), for data in \{0, 1\}.*continuousBernoulliLikelihood\(\).*gaussianLikelihood/,
  ],
  ["missing values", () => tf.fill([2, 6], Number.NaN), /but got NaN.*missing value.*imputeMissing\(\)/],
])("data checks explain %s", (_, make, message) => {
  const [model, x] = [vae(small), make()];
  expect(() => model.check("fit()", { x })).toThrow(message);
  model.dispose();
  x.dispose();
});
