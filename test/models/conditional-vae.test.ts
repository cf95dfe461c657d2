import { describe, expect, test } from "vitest";
import { conditionalVae, evaluate, fit, mlp, rng, tf } from "../../src";
import { tolerance } from "../tolerance";

const [size, classes, count] = [12, 3, 240];
/** Three kinds of stripes, one per class, with flipped pixels; the condition is the class as a one-hot vector. */
const data = tf.tidy(() => {
  const labels = tf.range(0, count, 1, "int32").mod(tf.scalar(classes, "int32"));
  const pattern = tf.range(0, size).expandDims(0).add(labels.toFloat().expandDims(1)).mod(classes).equal(0).toFloat();
  const flips = rng(1).bernoulli(tf.fill([count, size], 0.03));
  return { x: tf.abs(tf.sub(pattern, flips)) as tf.Tensor2D, c: tf.oneHot(labels, classes).toFloat() as tf.Tensor2D };
});
const make = (options: Partial<Parameters<typeof conditionalVae>[0]> = {}) =>
  conditionalVae({ dataShape: size, condition: classes, latentDim: 2, hidden: [8], seed: 3, ...options });
const quiet = { progress: false, compile: false, seed: 1 } as const;
const kinds = ["standard", "learned"] as const;

describe.each(kinds)("conditionalVae() with a %s prior", (prior) => {
  test("its loss is the mean of the cross-entropy and the divergence of the two normals, written out", () => {
    const model = make({ prior });
    const noise = rng(7).normal([count, 2]);
    const same = { ...rng(7), normal: () => noise, split: (n: number) => Array(n).fill(same) };
    const difference = tf.tidy(() => {
      const [mu, logVar] = tf.split(model.encoder.apply(tf.concat([data.x, data.c], 1)) as tf.Tensor, 2, 1);
      const outputs = model.priorNetwork?.apply(data.c) ?? tf.zeros([count, 4]);
      const [priorMu, priorLogVar] = tf.split(outputs as tf.Tensor, 2, 1);
      const z = mu!.add(logVar!.mul(0.5).exp().mul(noise));
      const logits = model.decoder.apply(tf.concat([z, data.c], 1)) as tf.Tensor;
      const distortion = logits.softplus().sub(data.x.mul(logits)).sum(1);
      const spread = logVar!.exp().add(mu!.sub(priorMu!).square()).div(priorLogVar!.exp());
      const rate = spread.sub(1).add(priorLogVar!).sub(logVar!).sum(1).mul(0.5);
      const mine = distortion.add(rate).mean();
      const theirs = model.phases[0].loss(data, { rng: same, training: false, schedules: {} }).loss;
      return mine.div(theirs).sub(1).dataSync()[0] as number;
    });
    expect(Math.abs(difference)).toBeLessThan(tolerance.float32);
    model.dispose();
  });

  test("log p(x | c) by importance sampling is the integral over z, for each example with its own condition", async () => {
    const model = make({ prior, latentDim: 1 });
    await fit(model, data, { ...quiet, epochs: 20, batchSize: 40, learningRate: 0.02 });
    // More examples than one step of the estimator takes, and an uneven rest.
    const part = { x: tf.slice(data.x, 0, 203), c: tf.slice(data.c, 0, 203) };
    const estimate = await model.logLikelihood(part.x, part.c, { samples: 16_000, seed: 2 });
    const worst = tf.tidy(() => {
      const step = 0.01;
      const grid = tf.range(-8, 8, step); // holds all of N(0, 1), and of priors learned from it in 20 epochs
      const exact = part.x.unstack().map((x, i) => {
        const c = tf.slice(part.c, i, 1);
        const z = grid.reshape([-1, 1]);
        const decoded = model.decode(z, c.tile([grid.size, 1]));
        const logPrior = model.prior(c.tile([grid.size, 1])).logProb(z);
        const joint = decoded.logProb(x.expandDims(0).tile([grid.size, 1])).add(logPrior);
        return joint.logSumExp().add(Math.log(step));
      });
      return tf.stack(exact).sub(estimate).abs().max().dataSync()[0] as number;
    });
    expect(worst).toBeLessThan(0.02);
    model.dispose();
  });

  test("after training, a sample shows what was asked for", async () => {
    const model = make({ prior });
    await fit(model, data, { ...quiet, epochs: 40, batchSize: 40, learningRate: 0.02 });
    tf.tidy(() => {
      const asked = tf.range(0, 60, 1, "int32").mod(tf.scalar(classes, "int32"));
      const drawn = model.sample(tf.oneHot(asked, classes).toFloat(), { seed: 4 });
      expect(drawn.shape).toEqual([60, size]);
      const wanted = tf.range(0, size).expandDims(0).add(asked.toFloat().expandDims(1)).mod(classes).equal(0).toFloat();
      expect(drawn.sub(wanted).abs().mean().dataSync()[0]).toBeLessThan(0.15);
      const values = new Set(model.sample(data.c, { values: "draw" }).dataSync());
      expect([...values].sort()).toEqual([0, 1]);
    });
    expect((await evaluate(model, data, { compile: false })).elbo.loss).toBeLessThan(0.7 * size * Math.log(2));
    model.dispose();
  });

  test("conditions and data of any shape, of any number, give what flat ones in one piece give", () => {
    const [flat, shaped] = [make({ prior }), make({ prior, dataShape: [4, 3], condition: [1, classes] })];
    const x = tf.tile(data.x, [5, 1]);
    const c = tf.tile(data.c, [5, 1]);
    tf.tidy(() => {
      const images = shaped.reconstruct(x.reshape([-1, 4, 3]), c.reshape([-1, 1, classes]));
      expect(images.shape).toEqual([1200, 4, 3]);
      const whole = flat.decode(flat.encode(x, c).mean(), c).mean();
      expect(images.reshape([1200, size]).sub(whole).abs().max().dataSync()[0]).toBeLessThan(tolerance.float32);
      expect(flat.embed(x, c).sub(flat.encode(x, c).mean()).abs().max().dataSync()[0]).toBeLessThan(tolerance.float32);
      expect(shaped.sample(c.reshape([-1, 1, classes])).shape).toEqual([1200, 4, 3]);
    });
    tf.dispose([x, c]);
    flat.dispose();
    shaped.dispose();
  });
});

describe("conditionalVae() refuses by name", () => {
  const model = make();
  const short = tf.slice(data.c, 0, 5);
  const wide = tf.zeros([count, classes + 1]);
  const notFinite = tf.fill([count, classes], Number.NaN);
  test.each<[string, () => unknown, RegExp]>([
    [
      "fewer conditions than examples",
      () => model.encode(data.x, short),
      /encode\(\): c must be of shape \[240, 3\].*got \[ 5, 3 \]/,
    ],
    [
      "conditions of another width",
      () => model.reconstruct(data.x, wide),
      /reconstruct\(\): c must be of shape \[examples, 3\]/,
    ],
    ["conditions that are not finite", () => model.embed(data.x, notFinite), /embed\(\): c must/],
    ["no condition", () => model.sample(undefined as never), /sample\(\): c must be a float32 tensor/],
    ["codes of another width", () => model.decode(data.c, data.c), /decode\(\): z must be of shape \[examples, 2\]/],
    [
      "a condition without a size",
      () => make({ condition: 0 }),
      /conditionalVae\(\): condition must be a whole number/,
    ],
    ["an unknown prior", () => make({ prior: "flat" as never }), /prior must be "standard" or "learned"/],
    ["a negative β", () => make({ beta: -1 }), /beta must be a finite number of at least 0/],
    [
      "a network for a prior that is not learned",
      () => make({ priorNetwork: mlp({ inputs: classes, hidden: [4] }) }),
      /prior must be "learned" if a priorNetwork is given/,
    ],
    [
      "a prior network for other conditions",
      () => make({ prior: "learned", priorNetwork: mlp({ inputs: 7, hidden: [4] }) }),
      /the priorNetwork's input must be of shape \[3\] per example/,
    ],
  ])("%s", (_, run, message) => expect(run).toThrow(message));

  test("data for fit without conditions, or with values that have no probability", async () => {
    await expect(fit(model, { x: data.x }, { ...quiet, epochs: 1 })).rejects.toThrow(
      /fit\(\): c must be a float32 tensor of shape \[examples, 3\], but got undefined. Pass \{ x, c \}/,
    );
    const gray = { x: tf.fill([count, size], 0.5), c: data.c };
    await expect(fit(model, gray, { ...quiet, epochs: 1 })).rejects.toThrow(/fit\(\): x must/);
  });
});
