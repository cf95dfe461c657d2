import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { normal } from "../../src/distributions/normal";
import { gaussianLikelihood } from "../../src/likelihoods/gaussian-likelihood";
import { type ObjectiveTerms, type Vae, type VaeOptions, vae } from "../../src/models/vae";
import { mlp } from "../../src/networks/mlp";
import { elbo } from "../../src/objectives/elbo";
import { rng } from "../../src/runtime/rng";
import { tf } from "../../src/runtime/tensorflow";
import { evaluate } from "../../src/training/evaluate";
import { fit } from "../../src/training/fit";
import { tolerance } from "../tolerance";

const numbers = (tensor: tf.Tensor): number[] => [...tensor.dataSync()];
const quiet = { progress: false, xla: false, batchSize: 20, learningRate: 0.01 } as const;

/** 8 × 8 images with a white square somewhere. */
const squares = (examples: number): tf.Tensor4D =>
  tf.tidy(() => {
    const corners = rng(1).uniform([examples, 2]).mul(5).floor();
    const inside = (axis: number): tf.Tensor => {
      const distance = tf
        .range(0, 8)
        .expandDims(0)
        .sub(corners.slice([0, axis], [examples, 1]));
      return distance.greaterEqual(0).logicalAnd(distance.less(4)).toFloat();
    };
    return inside(0).expandDims(2).mul(inside(1).expandDims(1)).expandDims(3) as tf.Tensor4D;
  });

const convolutional = (): VaeOptions => ({
  dataShape: [8, 8, 1],
  latentDim: 2,
  encoder: tf.sequential({
    layers: [
      tf.layers.conv2d({
        inputShape: [8, 8, 1],
        filters: 4,
        kernelSize: 3,
        strides: 2,
        padding: "same",
        activation: "relu",
      }),
      tf.layers.batchNormalization(),
    ],
  }),
  decoder: tf.sequential({
    layers: [
      tf.layers.dense({ inputShape: [2], units: 4 * 4 * 4, activation: "relu" }),
      tf.layers.reshape({ targetShape: [4, 4, 4] }),
      tf.layers.conv2dTranspose({ filters: 1, kernelSize: 3, strides: 2, padding: "same" }),
    ],
  }),
  decoderHead: false,
});

describe("vae() with convolutions, on images", () => {
  let model: Vae;
  let images: tf.Tensor4D;
  beforeAll(() => {
    model = vae(convolutional());
    images = squares(60);
  });
  afterAll(() => {
    model.dispose();
    images.dispose();
  });

  test("trains, moving averages of batch normalization included", async () => {
    const moving = model.variables().filter(({ trainable }) => !trainable);
    expect(moving).toHaveLength(2);
    const before = moving.flatMap(numbers);
    const { rows } = await fit(model, images, { ...quiet, epochs: 20 });
    expect(Number(rows.at(-1)!.loss)).toBeLessThan(0.9 * Number(rows[0]!.loss));
    expect(moving.flatMap(numbers)).not.toEqual(before);
  });

  test("gives everything in the shape of the data", async () => {
    const x = images.slice(0, 5);
    expect(model.embed(x).shape).toEqual([5, 2]);
    expect(model.reconstruct(x).shape).toEqual([5, 8, 8, 1]);
    expect(model.sample(3, { values: "draw" }).shape).toEqual([3, 8, 8, 1]);
    expect(model.interpolate(images.slice(0, 1), images.slice(1, 1), 4).shape).toEqual([4, 8, 8, 1]);
    const logLikelihood = await model.logLikelihood(x, { samples: 20 });
    expect(logLikelihood.shape).toEqual([5]);
    expect(Math.max(...numbers(logLikelihood))).toBeLessThan(0);
  });

  test("tells its layers and parameters", () => {
    const parameters = model.phases[0].variables().reduce((sum, { size }) => sum + size, 0);
    expect(model.summary()).toContain("Conv2DTranspose    [batch, 8, 8, 1]");
    expect(model.summary()).toContain(`${parameters} trained parameters`);
  });
});

describe("vae() on a table", () => {
  test("a Gaussian with a σ per component finds the noise of each column, which three columns of one factor determine", async () => {
    const table = tf.tidy(() => {
      const [factor, noise] = rng(2).split(2);
      const scales = tf.tensor2d([[0.3, 0.6, 1]]);
      return factor!
        .normal([600, 1])
        .mul([[1, -1, 1]])
        .add(noise!.normal([600, 3]).mul(scales)) as tf.Tensor2D;
    });
    const model = vae({
      dataShape: 3,
      latentDim: 1,
      hidden: [16],
      likelihood: gaussianLikelihood({ stdDev: "perComponent" }),
    });
    await fit(model, table, { ...quiet, epochs: 150, batchSize: 100 });
    const sigma = tf.tidy(() => numbers(model.decode(model.encode(table).mean()).variance().mean(0).sqrt()));
    for (const [i, scale] of [0.3, 0.6, 1].entries()) {
      expect(sigma[i]).toBeGreaterThan(0.7 * scale);
      expect(sigma[i]).toBeLessThan(1.4 * scale);
    }
    model.dispose();
    table.dispose();
  });
});

describe("vae()", () => {
  const small = { dataShape: 6, latentDim: 2, hidden: [5] } as const;
  const x = rng(4).normal([40, 6]).greater(0).toFloat() as tf.Tensor2D;

  test("its importance-sampled log p(x) does not depend on how many examples are asked at once, up to its noise", async () => {
    const model = vae(small);
    const options = { samples: 4000, seed: 1 };
    const [together, alone] = [
      await model.logLikelihood(x, options),
      await model.logLikelihood(x.slice(7, 1), options),
    ];
    expect(Math.abs(numbers(together)[7]! - numbers(alone)[0]!)).toBeLessThan(0.05);
    model.dispose();
  });

  test("samples are those of the seed, and draws are zeros and ones", () => {
    const model = vae(small);
    const draw = (seed: number) => numbers(model.sample(10, { seed, values: "draw" }));
    expect(draw(1)).toEqual(draw(1));
    expect(draw(1)).not.toEqual(draw(2));
    expect(new Set(draw(1))).toEqual(new Set([0, 1]));
    model.dispose();
  });

  test("an interpolation begins and ends at the reconstructions", () => {
    const model = vae(small);
    const [from, to] = [x.slice(0, 1), x.slice(1, 1)];
    const path = model.interpolate(from, to, 5);
    const difference = tf.tidy(() =>
      tf.concat([path.slice(0, 1), path.slice(4, 1)]).sub(model.reconstruct(tf.concat([from, to]))),
    );
    expect(Math.max(...numbers(difference).map(Math.abs))).toBeLessThan(tolerance.float32);
    model.dispose();
  });

  test("an objective is told the posterior and its draws, and its own terms are reported", async () => {
    let told: ObjectiveTerms | undefined;
    const objective = (terms: ObjectiveTerms) => {
      told = terms;
      return { bound: elbo(terms), terms: { double: terms.rate } };
    };
    const model = vae({ ...small, objective });
    const { elbo: measured } = (await evaluate(model, x, { compile: false })) as { elbo: Record<string, number> };
    expect(measured.double).toBe(measured.rate);
    expect(told!.z.shape).toEqual([40, 2]);
    expect(told!.posterior.eventShape).toEqual([2]);
    expect(told!.training).toBe(false);
    model.dispose();
  });

  test.each<[string, Partial<VaeOptions>, RegExp]>([
    ["no latent dimensions", { latentDim: 0 }, /vae\(\): latentDim must be a whole number of at least 1.*but got 0/],
    ["half a latent dimension", { latentDim: 1.5 }, /latentDim must be a whole number/],
    ["a negative β", { beta: -1 }, /beta must be a finite number of at least 0, but got -1/],
    ["β that is not a number", { beta: Number.NaN }, /beta must be .* but got NaN/],
    ["no data", { dataShape: [] }, /dataShape must be/],
    ["hidden widths of 0", { hidden: [0] }, /hidden must be/],
    [
      "a prior of another size",
      { prior: normal({ mean: 0, logVar: 0, shape: [1, 3] }) },
      /event shape \[2\].*event shape \[3\]/,
    ],
    [
      "an encoder of other data",
      { encoder: mlp({ inputs: 7, hidden: [3] }) },
      /the encoder's input must be of shape \[6\] per example.*\[ 7 \]/,
    ],
    [
      "a decoder of another code",
      { decoder: mlp({ inputs: 3, hidden: [3] }) },
      /the decoder's input must be of shape \[2\] per example/,
    ],
    [
      "a headless encoder of the wrong width",
      { encoder: mlp({ inputs: 6, hidden: [3] }), encoderHead: false },
      /must be 4 per example, but got 3/,
    ],
  ])("refuses %s", (_, options, message) => {
    expect(() => vae({ ...small, ...options } as VaeOptions)).toThrow(message);
  });

  test.each<[string, () => tf.Tensor, RegExp]>([
    ["NaN", () => tf.tensor2d([[Number.NaN, 0, 0, 0, 0, 0]]), /NaN/],
    ["gray pixels under a binary likelihood", () => tf.fill([2, 6], 0.5), /0\.5/],
    [
      "too few columns",
      () => tf.zeros([2, 5]),
      /of shape \[examples, 6\] with at least one example, but got \[ 2, 5 \]/,
    ],
    ["no examples", () => tf.zeros([0, 6]), /at least one example/],
    ["whole numbers", () => tf.zeros([2, 6], "int32"), /a tensor of type int32/],
  ])("fit, evaluate and logLikelihood refuse %s", async (_, make, message) => {
    const model = vae(small);
    const data = make();
    await expect(fit(model, data, { ...quiet, epochs: 1 })).rejects.toThrow(message);
    await expect(evaluate(model, data)).rejects.toThrow(message);
    await expect(model.logLikelihood(data)).rejects.toThrow(message);
    model.dispose();
    data.dispose();
  });

  test("frozen layers stay as they are, however they were frozen", async () => {
    const made = tf.sequential({
      layers: [tf.layers.dense({ inputShape: [6], units: 5, trainable: false }), tf.layers.dense({ units: 4 })],
    });
    const model = vae({ ...small, encoder: made });
    (model.decoder.layers[1] as tf.layers.Layer).trainable = false;
    const layers = [made.layers[0], model.decoder.layers[1]];
    const frozen = layers.flatMap((layer) => layer!.getWeights());
    const before = frozen.map(numbers);
    const others = model.phases[0].variables();
    expect(others).toHaveLength(model.variables().length - 4);
    await fit(model, x, { ...quiet, epochs: 2 });
    expect(layers.flatMap((layer) => layer!.getWeights()).map(numbers)).toEqual(before);
    model.dispose();
  });

  test("one example and a batch larger than the data will do", async () => {
    const model = vae(small);
    const one = x.slice(0, 1);
    const { rows } = await fit(model, one, { ...quiet, epochs: 2, batchSize: 500 });
    expect(rows).toHaveLength(2);
    expect(Number.isFinite(Number(rows[1]!.loss))).toBe(true);
    model.dispose();
  });
});
