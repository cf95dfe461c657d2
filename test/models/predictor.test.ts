import { describe, expect, test } from "vitest";
import { categoricalLikelihood, fit, gaussianLikelihood, mlp, predictor, rng, tf } from "../../src";
import { tolerance } from "../tolerance";

const quiet = { progress: false, xla: false, seed: 1 } as const;
const [examples, size, classes] = [60, 3, 4];
const x = rng(1).normal([examples, size]) as tf.Tensor2D;
const labels = tf.tidy(() =>
  tf.argMax(tf.add(tf.matMul(x, rng(2).normal([size, classes])), rng(3).gumbel([examples, classes])), 1).toInt(),
);
const numbers = tf.tidy(() =>
  tf
    .matMul(x, rng(4).normal([size, 2]))
    .add(3)
    .add(rng(5).normal([examples, 2]).mul(0.5)),
);
const logistic = (l2 = 0) => predictor({ dataShape: size, likelihood: categoricalLikelihood({ classes }), l2 });
/** Plain gradient descent on all data until nothing moves: both problems are convex. */
const toTheOptimum = {
  ...quiet,
  epochs: 400,
  batchSize: examples,
  learningRate: 0.3,
  optimizer: tf.train.sgd,
} as const;

describe("predictor()", () => {
  test("linear regression finds the least-squares line, and its σ the mean squared residual", async () => {
    const model = predictor({ dataShape: size, likelihood: gaussianLikelihood(), targets: 2 });
    await fit(model, { x, y: numbers }, { ...toTheOptimum, epochs: 1500, learningRate: 0.1 });
    tf.tidy(() => {
      const design = tf.concat([x, tf.ones([examples, 1])], 1);
      const [kernel, bias, logVar] = model.variables() as [tf.Variable, tf.Variable, tf.Variable];
      const residuals = tf.sub(model.predict(x), numbers);
      // The normal equations: what is left over is orthogonal to every input and has mean zero.
      expect(tf.matMul(design, residuals, true).div(examples).abs().max().dataSync()[0]).toBeLessThan(1e-4);
      expect(tf.exp(logVar).sub(residuals.square().mean()).abs().dataSync()[0]).toBeLessThan(1e-4);
      expect([kernel.shape, bias.shape]).toEqual([[size, 2], [2]]);
    });
    model.dispose();
  });

  test("logistic regression is at the optimum where the predictions have the moments of the labels, up to the penalty", async () => {
    for (const l2 of [0, 0.05]) {
      const model = logistic(l2);
      await fit(model, { x, y: labels }, { ...toTheOptimum, epochs: 3000 });
      tf.tidy(() => {
        const surplus = tf.sub(tf.oneHot(labels, classes), model.predict(x)) as tf.Tensor2D;
        // d/dW of mean(−log p) + ½ l2 ‖W‖²: −xᵀ(y − p)/n + l2 W.
        const gradient = tf.matMul(x, surplus, true).div(-examples).add(tf.mul(model.variables()[0]!, l2));
        expect(gradient.abs().max().dataSync()[0]).toBeLessThan(1e-4);
      });
      model.dispose();
    }
  });

  test("an example of weight k counts as k examples, and one of weight 0 not at all", () => {
    const model = logistic();
    tf.tidy(() => {
      const terms = (batch: Record<string, tf.Tensor>) =>
        model.phases[0].loss(batch, { rng: rng(0), training: false, schedules: {} }).terms.taskLoss.dataSync();
      const plain = terms({ x, y: labels });
      const weight = tf.range(0, examples).mod(3);
      const weighted = terms({ x, y: labels, weight });
      for (const [i, value] of weighted.entries()) expect(value).toBeCloseTo((i % 3) * plain[i]!, 5);
    });
    model.dispose();
  });

  test("predictions are probabilities of classes, or numbers; in bounded memory, of any number of examples", () => {
    const model = predictor({ dataShape: [1, size], likelihood: categoricalLikelihood({ classes }), hidden: [5] });
    tf.tidy(() => {
      const many = tf.tile(x, [40, 1]).reshape([-1, 1, size]);
      const probabilities = model.predict(many);
      expect(probabilities.shape).toEqual([40 * examples, classes]);
      expect(probabilities.sum(1).sub(1).abs().max().dataSync()[0]).toBeLessThan(tolerance.float32);
      const chosen = model.classify(many);
      expect([chosen.dtype, chosen.shape]).toEqual(["int32", [40 * examples]]);
      expect([...chosen.dataSync()]).toEqual([...tf.argMax(probabilities, 1).dataSync()]);
      const whole = model.distribution(many).mean();
      expect(probabilities.sub(whole).abs().max().dataSync()[0]).toBeLessThan(tolerance.float32);
    });
    expect(model.summary()).toContain(`${5 * size + 5 + 5 * classes + classes} trained parameters`);
    model.dispose();
  });

  test("a network of one's own is taken as the body, or whole", () => {
    const likelihood = categoricalLikelihood({ classes });
    const body = predictor({ dataShape: size, likelihood, network: mlp({ inputs: size, hidden: [6] }) });
    const whole = predictor({
      dataShape: size,
      likelihood,
      network: mlp({ inputs: size, hidden: [6], outputs: classes }),
      networkHead: false,
    });
    for (const model of [body, whole]) {
      expect(model.variables().map(({ shape }) => shape)).toEqual([[size, 6], [6], [6, classes], [classes]]);
      model.dispose();
    }
  });
});

describe("predictor() refuses by name", () => {
  const model = logistic();
  const regression = predictor({ dataShape: size, likelihood: gaussianLikelihood() });
  const train = (data: Record<string, tf.Tensor>, of = model) => fit(of, data, { ...quiet, epochs: 1 });

  test.each<[string, () => unknown, RegExp]>([
    [
      "one class",
      () => categoricalLikelihood({ classes: 1 }),
      /categoricalLikelihood\(\): classes must be .* at least 2, but got 1/,
    ],
    [
      "no likelihood",
      () => predictor({ dataShape: 2 } as never),
      /predictor\(\): likelihood must be a likelihood of y.*got undefined/,
    ],
    ["a negative penalty", () => logistic(-1), /predictor\(\): l2 must be a finite number of at least 0, but got -1/],
    [
      "half a target",
      () => predictor({ dataShape: 2, likelihood: gaussianLikelihood(), targets: 0.5 }),
      /targets must be a whole number/,
    ],
    [
      "a network for other data",
      () => predictor({ dataShape: 2, likelihood: gaussianLikelihood(), network: mlp({ inputs: 3, hidden: [] }) }),
      /the network's input must be of shape \[2\]/,
    ],
    ["data of another width", () => model.predict(tf.zeros([2, 5])), /predict\(\): x must be of shape \[examples, 3\]/],
    [
      "a class of numbers",
      () => regression.classify(x),
      /classify\(\): the model predicts numbers, so it has no classes/,
    ],
  ])("%s", (_, run, message) => expect(run).toThrow(message));

  test.each<[string, () => Promise<unknown>, RegExp]>([
    ["no labels", () => train({ x }), /fit\(\): y must be a tensor of type int32 and shape \[60\].*Pass \{ x, y \}/],
    ["labels as floats", () => train({ x, y: labels.toFloat() }), /y must be a tensor of type int32/],
    ["labels out of range", () => train({ x, y: tf.fill([examples], 4, "int32") }), /y must be class indices 0 to 3/],
    [
      "numbers of another width",
      () => train({ x, y: numbers }, regression),
      /y must be a tensor of type float32 and shape \[60, 1\]/,
    ],
    [
      "negative weights",
      () => train({ x, y: labels, weight: tf.fill([examples], -1) }),
      /weight must be finite numbers of at least 0/,
    ],
    [
      "weights of another kind",
      () => train({ x, y: labels, weight: labels }),
      /weight must be a tensor of type float32 and shape \[60\]/,
    ],
  ])("%s, in fit", async (_, run, message) => expect(run()).rejects.toThrow(message));
});
