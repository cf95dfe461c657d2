import { describe, expect, test } from "vitest";
import { evaluate, fit, gaussianLikelihood, pairWithLabeled, rng, semiSupervisedVae, tf } from "../../src";
import { tolerance } from "../tolerance";

const quiet = { progress: false, xla: false, seed: 1 } as const;
const [examples, size, classes, latentDim] = [60, 12, 3, 2];
/** Three kinds of stripes, one per class, with flipped pixels. */
const stripes = (labels: tf.Tensor, flipped: number) =>
  tf.tidy(() => {
    const shifted = tf.range(0, size).expandDims(0).add(labels.toFloat().expandDims(1));
    const flips = rng(1).bernoulli(tf.fill([labels.size, size], flipped));
    return tf.abs(tf.sub(shifted.mod(classes).equal(0).toFloat(), flips)) as tf.Tensor2D;
  });
const truth = tf.tidy(() => tf.range(0, examples, 1, "int32").mod(tf.scalar(classes, "int32"))) as tf.Tensor1D;
const x = stripes(truth, 0.05);
const few = { x: tf.slice(x, 0, 6), y: tf.slice(truth, 0, 6) };
const pairs = pairWithLabeled(x, few, { seed: 1 });
const make = (options: Partial<Parameters<typeof semiSupervisedVae>[0]> = {}) =>
  semiSupervisedVae({ dataShape: size, latentDim, classes, hidden: [8], seed: 3, ...options });
/** A model whose labels already shift the posterior. */
const shifted = () => {
  const model = make();
  const shifts = model
    .variables()
    .find(({ shape }) => shape[0] === classes && shape[1] === 2 * latentDim) as tf.Variable;
  tf.tidy(() => shifts.assign(rng(6).normal([classes, 2 * latentDim])));
  return { model, shifts };
};

describe("semiSupervisedVae()", () => {
  test("−U(x) is Σ_y q(y | x) L(x, y) − H(q(y | x)), label by label and written out", () => {
    const { model, shifts } = shifted();
    tf.tidy(() => {
      const noise = rng(7).normal([examples * classes, latentDim]);
      const same = { ...rng(7), normal: () => noise, split: (n: number) => Array(n).fill(same) };
      const q = tf.softmax(model.classifier.apply(x) as tf.Tensor);
      const losses = [...Array(classes).keys()].map((label) => {
        const y = tf.tile(tf.oneHot([label], classes).toFloat(), [examples, 1]);
        const outputs = tf.add(model.encoder.apply(x) as tf.Tensor, tf.slice(shifts, label, 1));
        const [mu, logVar] = tf.split(outputs, 2, 1) as [tf.Tensor, tf.Tensor];
        const own = tf.gather(noise, tf.range(label, examples * classes, classes, "int32"));
        const z = mu.add(logVar.mul(0.5).exp().mul(own));
        const logits = model.decoder.apply(tf.concat([z, y], 1)) as tf.Tensor;
        const distortion = logits.softplus().sub(x.mul(logits)).sum(1);
        const rate = logVar.exp().add(mu.square()).sub(1).sub(logVar).sum(1).mul(0.5);
        return distortion.add(rate).add(Math.log(classes));
      });
      const entropy = tf.neg(tf.sum(q.mul(q.log()), 1));
      const expected = tf.sum(q.mul(tf.stack(losses, 1)), 1).sub(entropy);
      const { distortion, rate, labelRate } = model.unlabeled(x, same);
      const actual = distortion.add(rate).add(labelRate);
      expect(actual.div(expected).sub(1).abs().max().dataSync()[0]).toBeLessThan(tolerance.float32);
    });
    model.dispose();
  });

  test("the loss is −U + w L(x', y') + α · cross-entropy, means over the batch, with β on the rates of z", () => {
    const model = make({ labeledWeight: 0.5, alpha: 4 });
    tf.tidy(() => {
      const at = (schedules: Record<string, tf.Scalar>) =>
        model.phases[0].loss(pairs, { rng: rng(5), training: false, schedules });
      const { loss, terms } = at({});
      const { distortion, rate, labelRate, labeledLoss, taskLoss } = terms;
      const cost = distortion
        .add(rate)
        .add(labelRate)
        .add(labeledLoss.sub(Math.log(classes)).mul(0.5))
        .add(taskLoss.mul(4));
      expect(loss.div(cost.mean()).sub(1).abs().dataSync()[0]).toBeLessThan(tolerance.float32);
      const picked = tf.sum(tf.mul(tf.log(model.predict(pairs.labeledX)), tf.oneHot(pairs.y, classes)), 1);
      expect(taskLoss.add(picked).abs().max().dataSync()[0]).toBeLessThan(tolerance.float32);
      // Twice the weight of the rates adds them once more, and α = 0 takes the cross-entropy away.
      const more = at({ beta: tf.scalar(2), alpha: tf.scalar(0) })
        .loss.sub(loss)
        .add(taskLoss.mean().mul(4));
      const encoded = model.encode(pairs.labeledX, tf.oneHot(pairs.y, classes).toFloat());
      const [mu, variance] = [encoded.mean(), encoded.variance()];
      const known = variance.add(mu.square()).sub(1).sub(variance.log()).sum(1).mul(0.5);
      const rates = rate.mean().add(known.mean().mul(0.5));
      expect(more.sub(rates).abs().dataSync()[0]).toBeLessThan(1e-4);
    });
    model.dispose();
  });

  test("images without a label teach the classifier too: the gradient of −U reaches it through the sum", () => {
    const { model } = shifted();
    tf.tidy(() => {
      const variables = model.classifier.trainableWeights.map((weight) => weight.read() as tf.Variable);
      const bound = () => {
        const { distortion, rate, labelRate } = model.unlabeled(x, rng(2));
        return distortion.add(rate).add(labelRate).mean() as tf.Scalar;
      };
      const { grads } = tf.variableGrads(bound, variables);
      for (const { name } of variables) expect(grads[name]!.abs().max().dataSync()[0]).toBeGreaterThan(0);
    });
    model.dispose();
  });

  test("with two labels of each class it classifies the other images, and draws every class", async () => {
    const model = make({ alpha: 1 });
    await fit(model, pairs, { ...quiet, epochs: 120, batchSize: 20, learningRate: 0.01 });
    tf.tidy(() => {
      const right = tf.equal(model.classify(x), truth).toFloat().mean().dataSync()[0]!;
      expect(right).toBeGreaterThan(0.95);
      const asked = tf.tile(tf.range(0, classes, 1, "int32"), [20]) as tf.Tensor1D;
      const drawn = model.sample(asked, { seed: 4 });
      expect(drawn.sub(stripes(asked, 0)).abs().mean().dataSync()[0]).toBeLessThan(0.15);
      expect(new Set(model.sample(asked, { values: "draw" }).dataSync())).toEqual(new Set([0, 1]));
      expect(model.predict(x).sum(1).sub(1).abs().max().dataSync()[0]).toBeLessThan(tolerance.float32);
      // The code of an image goes with the label that it is read under.
      expect(model.embed(x).shape).toEqual([examples, latentDim]);
      expect(model.reconstruct(x).sub(x).abs().mean().dataSync()[0]).toBeLessThan(0.15);
      const others = model.reconstruct(x, tf.mod(truth.add(1), classes).toInt() as tf.Tensor1D);
      expect(others.sub(x).abs().mean().dataSync()[0]).toBeGreaterThan(0.3);
    });
    const { elbo } = await evaluate(model, pairs);
    expect(elbo.taskLoss).toBeLessThan(0.1);
    expect(elbo.labelRate).toBeGreaterThan(0.8 * Math.log(classes));
    model.dispose();
  });

  test("any number of examples of any shape, in bounded memory", () => {
    const [flat, shaped] = [make(), make({ dataShape: [4, 3] })];
    tf.tidy(() => {
      for (const [i, variable] of shaped.variables().entries()) variable.assign(flat.variables()[i] as tf.Tensor);
      const many = tf.tile(x, [20, 1]);
      const images = shaped.reconstruct(many.reshape([-1, 4, 3]));
      expect(images.shape).toEqual([20 * examples, 4, 3]);
      expect(images.reshape([-1, size]).sub(flat.reconstruct(many)).abs().max().dataSync()[0]).toBeLessThan(
        tolerance.float32,
      );
    });
    expect(flat.summary()).toMatch(/classifier: \[batch, 12\] → \[batch, 3\]/);
    flat.dispose();
    shaped.dispose();
  });

  test("a σ that is set in closed form is set by the labeled examples", async () => {
    const model = make({ likelihood: gaussianLikelihood({ stdDev: "optimal" }) });
    await fit(model, pairs, { ...quiet, epochs: 2 });
    expect(model.likelihood.variables[0]!.dataSync()[0]).not.toBe(0);
    model.dispose();
  });
});

describe("pairWithLabeled()", () => {
  test("puts a labeled example with its label beside every example, each as often as the others", () => {
    const given = { x: tf.slice(x, 0, 7), y: tf.range(0, 7, 1, "int32") };
    const paired = pairWithLabeled(x, given);
    expect([...paired.x.dataSync()]).toEqual([...x.dataSync()]);
    expect([...paired.labeledX.dataSync()]).toEqual([...tf.gather(given.x, paired.y as tf.Tensor1D).dataSync()]);
    const counts = [...Array(7).keys()].map((i) => [...paired.y.dataSync()].filter((label) => label === i).length);
    expect([Math.min(...counts), Math.max(...counts)]).toEqual([8, 9]);
    expect([...pairWithLabeled(x, given, { seed: 1 }).y.dataSync()]).not.toEqual([...paired.y.dataSync()]);
  });

  test.each<[string, () => unknown, RegExp]>([
    [
      "more labeled examples than others",
      () => pairWithLabeled(few.x, { x, y: truth }),
      /labeled\.x must be .* with 1 to 6 examples/,
    ],
    [
      "labeled examples of another width",
      () => pairWithLabeled(x, { x: tf.zeros([2, 3]), y: few.y }),
      /labeled\.x must be of shape \[labeled, 12\]/,
    ],
    [
      "too few labels",
      () => pairWithLabeled(x, { x: few.x, y: tf.slice(few.y, 0, 2) }),
      /labeled\.y must be a tensor with 6 examples/,
    ],
    ["no examples", () => pairWithLabeled(undefined as never, few), /pairWithLabeled\(\): x must be a tensor/],
    ["nothing labeled", () => pairWithLabeled(x, undefined as never), /labeled\.x must be/],
  ])("refuses %s", (_, run, message) => expect(run).toThrow(message));
});

describe("semiSupervisedVae() refuses by name", () => {
  const model = make();
  const oneHot = tf.oneHot(truth, classes).toFloat();
  test.each<[string, () => unknown, RegExp]>([
    ["one class", () => make({ classes: 1 }), /classes must be a whole number of at least 2, but got 1/],
    ["a negative α", () => make({ alpha: -1 }), /semiSupervisedVae\(\): alpha must be a finite number of at least 0/],
    ["a weight that is not a number", () => make({ labeledWeight: Number.NaN }), /labeledWeight must be .* got NaN/],
    ["a negative β", () => make({ beta: -1 }), /beta must be a finite number of at least 0/],
    [
      "labels out of range",
      () => model.sample(tf.tensor1d([3], "int32")),
      /sample\(\): y must be class indices 0 to 2/,
    ],
    ["no labels", () => model.sample(undefined as never), /sample\(\): y must be a tensor of type int32/],
    [
      "fewer labels than images",
      () => model.embed(x, few.y),
      /embed\(\): y must be a tensor of type int32 and shape \[60\]/,
    ],
    [
      "fewer one-hot rows than codes",
      () => model.decode(tf.zeros([2, latentDim]), oneHot),
      /decode\(\): y must be of shape \[2, 3\]/,
    ],
    [
      "one-hot rows of another width",
      () => model.encode(x, tf.zeros([examples, 5])),
      /encode\(\): y must be of shape \[examples, 3\]/,
    ],
  ])("%s", (_, run, message) => expect(run).toThrow(message));

  test("data without labeled examples", async () => {
    await expect(fit(model, { x, y: truth }, { ...quiet, epochs: 1 })).rejects.toThrow(
      /fit\(\): labeledX must be a float32 tensor of shape \[examples, 12\].*Pass \{ x, labeledX, y \}/,
    );
  });
});
