import { describe, expect, test } from "vitest";
import * as plots from "../../src/plots";
import { ArgumentError } from "../../src/runtime/argument-error";
import { digits } from "./cases";

const axes = { xTitle: "x", yTitle: "y" };
const curve = (part: object) => [{ name: "a", x: [1, 2], y: [3, 4], ...part }];
const bad = (value: unknown) => value as never;

/** Calls that must fail, and a part of what they say. */
const refusals: [call: () => unknown, message: string][] = [
  [() => plots.calibrationCurve([]), "calibrationCurve(): series must be a list with at least one element"],
  [() => plots.calibrationCurve([{ name: "a", bins: [] }]), "series[0].bins must be a list with at least one element"],
  [
    () => plots.calibrationCurve([{ name: "a", bins: [{ confidence: 1.5, accuracy: 1, count: 1 }] }]),
    "series[0].bins[0].confidence must be a share in [0, 1], but got 1.5.",
  ],
  [
    () => plots.calibrationCurve([{ name: "a", bins: [{ confidence: 1, accuracy: Number.NaN, count: 1 }] }]),
    "series[0].bins[0].accuracy must be a share in [0, 1], but got NaN.",
  ],
  [
    () => plots.modelDiagram({ nodes: { x: bad("dta") }, arrows: [] }),
    "modelDiagram(): the kind of node x must be one of data, encoder, decoder, network, latent",
  ],
  [() => plots.modelDiagram({ nodes: {}, arrows: [] }), "modelDiagram(): nodes must be at least one node, but got {}."],
  [() => plots.modelDiagram({ nodes: { x: "data" }, arrows: bad("x") }), "arrows must be a list of lines"],
  [() => plots.modelDiagram({ nodes: { x: "data" }, arrows: ["x"] }), 'arrows must be lines such as "a -> b"'],
  [
    () => plots.modelDiagram({ nodes: { x: "data", encoder: "encoder" }, arrows: ["x -> encodr"] }),
    `the name of a node must be one of x, encoder, but got 'encodr'. Did you mean "encoder"?`,
  ],
  [
    () => plots.modelDiagram({ nodes: { x: "data" }, arrows: [], ...({ directon: "down" } as object) }),
    'Did you mean "direction"?',
  ],
  [
    () => plots.plateDiagram({ nodes: { z: bad("hidden") }, arrows: [] }),
    "plateDiagram(): the kind of node z must be one of observed, latent, parameter, but got 'hidden'.",
  ],
  [
    () => plots.plateDiagram({ nodes: { z: "latent" }, arrows: [], plates: [{ label: "N", nodes: ["x"] }] }),
    "the name of a node must be one of z, but got 'x'.",
  ],
  [() => plots.learningCurves([]), "learningCurves(): curves must be a list with at least one element"],
  [
    () => plots.learningCurves([{ name: "a", labels: [1, 2], scores: [[1]] }]),
    "the length of curves[0].scores must be 2, one per number of labels, but got 1.",
  ],
  [
    () => plots.learningCurves([{ name: "a", labels: [1], scores: [[Number.NaN]] }]),
    "curves[0].scores[0][0] must be a finite number, but got NaN.",
  ],
  [() => plots.lineChart([], axes), "lineChart(): series must be a list with at least one element, but got []."],
  [() => plots.lineChart(curve({ x: [] }), axes), "series[0].x must be a list with at least one element"],
  [() => plots.lineChart(curve({ y: [3, Number.NaN] }), axes), "series[0].y[1] must be a finite number, but got NaN."],
  [() => plots.lineChart(curve({ y: [3, bad("4")] }), axes), "series[0].y[1] must be a finite number, but got '4'."],
  [
    () => plots.lineChart(curve({ y: [3] }), axes),
    "the length of series[0].y must be 2, one per value of x, but got 1.",
  ],
  [() => plots.lineChart(curve({ stdDev: [1] }), axes), "the length of series[0].stdDev must be 2, one per value of x"],
  [() => plots.lineChart(curve({ x: [0, 1] }), { ...axes, xScale: "log" }), "series[0].x[0] must be above 0 on a log"],
  [
    () => plots.lineChart(curve({ stdDev: [1, 5] }), { ...axes, yScale: "log" }),
    "series[0].y − stdDev[1] must be above 0",
  ],
  [() => plots.lineChart(curve({}), { ...axes, width: Number.NaN }), "width must be a number of pixels between 10 and"],
  [() => plots.lineChart(curve({}), { ...axes, yDomain: [2, 1] }), "yDomain must be two finite numbers, the lower one"],
  [
    () => plots.lineChart(curve({}), { ...axes, references: [{ axis: "x", value: Number.NaN }] }),
    "references[0].value must be a finite number, but got NaN.",
  ],
  [() => plots.lossCurve([]), "lossCurve(): rows must be a list with at least one element"],
  [() => plots.lossCurve([{ epoch: 1, loss: Number.NaN }]), "loss of epoch 1 must be a finite number, but got NaN."],
  [() => plots.lossCurve([{ epoch: bad("1"), loss: 1 }]), "rows[0].epoch must be a finite number, but got '1'."],
  [() => plots.lossCurve([{ epoch: 1, loss: 1 }], { terms: ["elbo"] }), "terms must be one of epoch and loss"],
  [() => plots.lossCurve([{ epoch: 1, error: 1 }]), "terms must be one or more of epoch and error, but got []."],
  [() => plots.lossCurve([{ epoch: 1, phase: "a", loss: 1 }], { phase: "b" }), "phase must be one of a, but got 'b'."],
  [() => plots.imageGrid([]), "imageGrid(): images must be a list with at least one element"],
  [
    () => plots.imageGrid([0, 1, 0]),
    "the length of images must be a multiple of 784, the pixels of one image, but got 3.",
  ],
  [() => plots.imageGrid([[0, 1]]), "the length of images[0] must be 784 (28 × 28 × 1), but got 2."],
  [
    () => plots.imageGrid([[Number.NaN]], { imageWidth: 1, imageHeight: 1 }),
    "images[0][0] must be a finite number, but got NaN.",
  ],
  [() => plots.imageGrid(digits(2), { labels: ["a"] }), "the length of labels must be 2, one per image, but got 1."],
  [() => plots.imageGrid(digits(2), { rowTitles: ["a", "b"] }), "the length of rowTitles must be 1, one per row"],
  [() => plots.imageGrid(digits(2), { columns: 1.5 }), "columns must be a positive integer, but got 1.5."],
  [() => plots.imageGrid(digits(2), { zoom: 0 }), "zoom must be a positive integer, but got 0."],
  [() => plots.imageGrid(digits(2), { gap: -1 }), "gap must be a whole number of pixels, 0 or more, but got -1."],
  [() => plots.imageGrid(digits(2), { channels: bad(2) }), "channels must be 1 or 3, but got 2."],
  [() => plots.imageGrid(digits(2), { range: [1, 1] }), "range must be two finite numbers, the lower one first"],
  [
    () => plots.reconstructions(digits(2), digits(3)),
    "the number of images in reconstruction must be 2, one per original",
  ],
  [() => plots.latentManifold(digits(5), 2), "the length of images must be 4, one per node of the lattice, but got 5."],
  [() => plots.latentManifold(digits(4), 0), "side must be a positive integer, but got 0."],
  [
    () => plots.traversals(digits(5), { dimensions: ["z₁", "z₂"], values: [0, 1] }),
    "the number of images must be 4 (2 dimensions of 2 values), but got 5.",
  ],
  [() => plots.interpolation(digits(5), 3), "the number of images must be a multiple of 3, the images of one row"],
  [() => plots.latentScatter([]), "latentScatter(): points must be a list with at least one element"],
  [() => plots.latentScatter([[1, 2, 3]]), "points[0] must be a list of 2 numbers, but got [ 1, 2, 3 ]."],
  [() => plots.latentScatter([1, 2, 3]), "the length of points must be a multiple of 2, but got 3."],
  [() => plots.latentScatter([[1, Number.POSITIVE_INFINITY]]), "points[1] must be a finite number, but got Infinity."],
  [() => plots.latentScatter([[1, 2]], [0, 1]), "the length of labels must be 1, one per point, but got 2."],
  [() => plots.latentScatter([[1, 2]], [0], { maxPoints: 0 }), "maxPoints must be a positive integer, but got 0."],
  [() => plots.latentScatter3d([[1, 2]]), "points[0] must be a list of 3 numbers"],
  [
    () => plots.sliderAnimation([{ name: 1, points: [[1, 2]] }], { sliderTitle: "epoch" }),
    "the number of frames must be 2 or more, but got 1.",
  ],
  [
    () =>
      plots.sliderAnimation(
        [
          { name: 1, points: [1, 2] },
          { name: 2, points: [1, 2, 3, 4] },
        ],
        { sliderTitle: "epoch" },
      ),
    "the number of points in frames[1] must be 1, as in the first frame, but got 2.",
  ],
  [
    () => plots.histogram([{ name: "a", values: [] }], { xTitle: "x" }),
    "series[0].values must be a list with at least one element",
  ],
  [() => plots.histogram([{ name: "a", values: [1] }], { xTitle: "x", bins: 0 }), "bins must be a positive integer"],
  [
    () => plots.histogram([{ name: "a", values: [1] }], { xTitle: "x", domain: [1, 0] }),
    "domain must be two finite numbers",
  ],
  [
    () => plots.histogram([{ name: "a", values: [1] }], { xTitle: "x", density: { name: "p", at: () => Number.NaN } }),
    "density.at(x)[0] must be a finite number, but got NaN.",
  ],
  [() => plots.heatMap([[1, 2], [3]], { ...axes, valueTitle: "v" }), "the length of rows[1] must be 2, one per column"],
  [() => plots.heatMap([[Number.NaN]], { ...axes, valueTitle: "v" }), "rows must be lists with at least one value"],
  [
    () => plots.heatMap([[Number.POSITIVE_INFINITY]], { ...axes, valueTitle: "v" }),
    "rows[0][0] must be a finite number, or",
  ],
  [
    () => plots.heatMap([[1, 2]], { ...axes, valueTitle: "v", xLabels: ["a", "a"] }),
    "xLabels must be a list of different names, but got [ 'a', 'a' ].",
  ],
  [
    () => plots.heatMap(Array(101).fill(Array(100).fill(0)), { ...axes, valueTitle: "v" }),
    "the number of cells must be at most 10,000, but got 10100.",
  ],
  [() => plots.confusionMatrix([[1, 2]]), "the length of counts[0] must be 1, one per class, but got 2."],
  [() => plots.confusionMatrix([[-1]]), "counts[0][0] must be zero or more, but got -1."],
  [() => plots.barChart([], axes), "barChart(): bars must be a list with at least one element"],
  [() => plots.barChart([{ label: "a", value: Number.NaN }], axes), "value of bars[0] must be a finite number"],
  [
    () =>
      plots.stackedBars(
        [
          { label: 1, parts: { a: 1 } },
          { label: 2, parts: { b: 1 } },
        ],
        axes,
      ),
    "bars[1].parts[0] must be a finite number, but got undefined.",
  ],
  [
    () => plots.stackedBars([{ label: 1, parts: { ELBO: -1, KL: -2 } }], axes),
    'bars[0].parts["KL"] must be zero or more, but got -2.',
  ],
  [() => plots.pointChart(curve({ x: [1, bad("b")] }), axes), "series[0].x[1] must be a finite number, but got 'b'."],
  [
    () => plots.pointChart(curve({ x: [0, 1] }), { ...axes, xScale: "log" }),
    "series[0].x[0] must be above 0 on a log scale, but got 0.",
  ],
  [
    () => plots.rateDistortion([{ name: "a", beta: [1], rate: [1, 2], distortion: [1] }]),
    "the length of series[0].rate must be 1, one per value of beta, but got 2.",
  ],
  [
    () => plots.effectiveSampleSizeHistogram([{ name: "a", sizes: [51] }], { samples: 50 }),
    "series[0].sizes[0] must be from 1 to 50, but got 51.",
  ],
  [
    () => plots.effectiveSampleSizeHistogram([{ name: "a", sizes: [1] }], { samples: bad("50") }),
    "samples must be a positive integer",
  ],
  [() => plots.sideBySide([]), "sideBySide(): figures must be a list with at least one element, but got []."],
];

describe("what cannot be drawn is refused by name", () => {
  test.each(refusals.map(([call, message]) => ({ call, message })))("$message", ({ call, message }) => {
    expect(call).toThrow(ArgumentError);
    expect(call).toThrow(message);
  });
});
