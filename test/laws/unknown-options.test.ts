import { afterEach, beforeEach, expect, it } from "vitest";
import * as lab from "../../src/index";
import { tf } from "../../src/runtime/tensorflow";

beforeEach(() => tf.engine().startScope());
afterEach(() => tf.engine().endScope());

const [x, y] = [tf.keep(tf.ones([4, 2])) as tf.Tensor2D, tf.keep(tf.ones([4, 2])) as tf.Tensor2D];
const factors = tf.keep(tf.tensor2d([0, 1, 0, 1, 0, 0, 1, 1], [4, 2], "int32"));
const labels = [0, 1, 0, 1];
const axes = { xTitle: "x", yTitle: "y" };
const images = [[0, 1, 0, 1]];
const small = { imageWidth: 2, imageHeight: 2 };
const bars = [{ label: "a", value: 1 }];
const curve = [{ name: "a", x: [1], y: [1] }];

/** Every function with options, called with one that it does not have. */
const calls: Record<string, (unknown: object) => unknown> = {
  "normal()": (o) => lab.normal({ mean: x, logVar: 0, ...o }),
  "fullNormal()": (o) => lab.fullNormal({ mean: x, scaleTril: tf.ones([4, 2, 2]), ...o }),
  "laplace()": (o) => lab.laplace({ mean: x, scale: 1, ...o }),
  "bernoulli()": (o) => lab.bernoulli({ logits: x, ...o }),
  "continuousBernoulli()": (o) => lab.continuousBernoulli({ logits: x, ...o }),
  "categorical()": (o) => lab.categorical({ logits: x, ...o }),
  "multinomial()": (o) => lab.multinomial({ logits: x, ...o }),
  "relaxedCategorical()": (o) => lab.relaxedCategorical({ logits: x, temperature: 1, ...o }),
  "mixture()": (o) => lab.mixture({ logits: tf.zeros([4]), components: lab.standardNormal([2], 4), ...o }),
  "uniform()": (o) => lab.uniform({ low: 0, high: x, ...o }),
  "gamma()": (o) => lab.gamma({ concentration: x, rate: 1, ...o }),
  "beta()": (o) => lab.beta({ alpha: x, beta: 1, ...o }),
  "dirichlet()": (o) => lab.dirichlet({ concentration: x, ...o }),
  "transformed()": (o) => lab.transformed({ base: lab.standardNormal([2]), bijector: lab.expBijector(), ...o }),
  "affineBijector()": (o) => lab.affineBijector({ ...o }),
  "planarBijector()": (o) => lab.planarBijector({ u: tf.ones([2]), w: tf.ones([2]), b: 0, ...o }),
  "freeBits()": (o) => lab.freeBits(x, { floor: 0.1, ...o }),
  "maximumMeanDiscrepancy()": (o) => lab.maximumMeanDiscrepancy(x, y, { ...o }),
  "activeUnits()": (o) => lab.activeUnits(x, { ...o }),
  "anomalyThreshold()": (o) => lab.anomalyThreshold(labels, { falseAlarms: 0.5, ...o }),
  "calibration()": (o) => lab.calibration(labels, x.div(2) as tf.Tensor2D, { ...o }),
  "stepsPerEpoch()": (o) => lab.stepsPerEpoch(100, { batchSize: 10, ...o }),
  "confusionCounts()": (o) => lab.confusionCounts(labels, labels, { ...o }),
  "classReport()": (o) => lab.classReport(labels, labels, { ...o }),
  "compressedLength()": (o) => lab.compressedLength(x, { ...o }),
  "dci()": (o) => lab.dci(x, factors, { ...o }),
  "factorVaeScore()": (o) => lab.factorVaeScore(x, factors, { ...o }),
  "mmdTest()": (o) => lab.mmdTest(x, y, { ...o }),
  "mutualInformationGap()": (o) => lab.mutualInformationGap(x, factors, { ...o }),
  "peakSignalToNoise()": (o) => lab.peakSignalToNoise(x, y, { ...o }),
  "perplexity()": (o) => lab.perplexity(tf.ones([2]), tf.ones([2]), { ...o }),
  "separatedAttributePredictability()": (o) => lab.separatedAttributePredictability(x, factors, { ...o }),
  "structuralSimilarity()": (o) => lab.structuralSimilarity(tf.ones([1, 11, 11, 1]), tf.ones([1, 11, 11, 1]), { ...o }),
  "barChart()": (o) => lab.barChart(bars, { ...axes, ...o }),
  "calibrationCurve()": (o) =>
    lab.calibrationCurve([{ name: "a", bins: [{ confidence: 1, accuracy: 1, count: 1 }] }], { ...o }),
  "confusionMatrix()": (o) => lab.confusionMatrix([[1]], { ...o }),
  "effectiveSampleSizeHistogram()": (o) =>
    lab.effectiveSampleSizeHistogram([{ name: "a", sizes: [1] }], { samples: 5, ...o }),
  "heatMap()": (o) => lab.heatMap([[1]], { ...axes, valueTitle: "v", ...o }),
  "histogram()": (o) => lab.histogram([{ name: "a", values: [1] }], { xTitle: "x", ...o }),
  "imageGrid()": (o) => lab.imageGrid(images, { ...small, ...o }),
  "interpolation()": (o) => lab.interpolation(images, 1, { ...small, ...o }),
  "latentManifold()": (o) => lab.latentManifold(images, 1, { ...small, ...o }),
  "latentScatter()": (o) => lab.latentScatter([[1, 2]], [0], { ...o }),
  "latentScatter3d()": (o) => lab.latentScatter3d([[1, 2, 3]], [0], { ...o }),
  "learningCurves()": (o) => lab.learningCurves([{ name: "a", labels: [1], scores: [[1]] }], { ...o }),
  "lineChart()": (o) => lab.lineChart(curve, { ...axes, ...o }),
  "lossCurve()": (o) => lab.lossCurve([{ epoch: 1, loss: 1 }], { ...o }),
  "pointChart()": (o) => lab.pointChart(curve, { ...axes, ...o }),
  "rateDistortion()": (o) => lab.rateDistortion([{ name: "a", beta: [1], rate: [1], distortion: [1] }], { ...o }),
  "reconstructions()": (o) => lab.reconstructions(images, images, { ...small, ...o }),
  "sideBySide()": (o) => lab.sideBySide([lab.barChart(bars, axes)], { ...o }),
  "sliderAnimation()": (o) =>
    lab.sliderAnimation(
      [1, 2].map((name) => ({ name, points: [1, 2] })),
      { sliderTitle: "epoch", ...o },
    ),
  "stackedBars()": (o) => lab.stackedBars([{ label: "a", parts: { b: 1 } }], { ...axes, ...o }),
  "traversals()": (o) => lab.traversals(images, { ...small, dimensions: ["z"], values: [1], ...o }),
};

it.each(Object.entries(calls))("%s refuses an option that it does not have", (name, call) => {
  expect(() => call({})).not.toThrow();
  expect(() => call({ tilte: 1 })).toThrow(new RegExp(`^${name.replace("()", "\\(\\)")}.*tilte`));
});
