import * as plots from "../../src/plots";

/** One picture: the laws of figures.test.ts hold for each. */
export interface FigureCase {
  name: string;
  make: () => plots.Figure;
  /** Characters of the notebook's JSON that the figure may take; defaults to 120,000. */
  budget?: number;
}

let state = 12345;

/** A reproducible stream of numbers in [0, 1) (Park and Miller's generator); no plot needs better ones. */
function random(): number {
  state = (state * 16807) % 2147483647;
  return state / 2147483647;
}

const gaussian = () => Math.sqrt(-2 * Math.log(random() + 1e-12)) * Math.cos(2 * Math.PI * random());
const range = (count: number) => Array.from({ length: count }, (_, i) => i);

/** Blurred strokes, about as hard to compress as decoded digits. */
export function digits(count: number, size = 28): Float32Array[] {
  return range(count).map((k) => {
    const angle = k * 0.7;
    return Float32Array.from({ length: size * size }, (_, p) => {
      const [x, y] = [(p % size) / size - 0.5, Math.floor(p / size) / size - 0.5];
      const along = x * Math.cos(angle) + y * Math.sin(angle);
      const across = -x * Math.sin(angle) + y * Math.cos(angle) - 0.4 * along * along * Math.sin(k);
      return Math.exp(-((across * 14) ** 2)) * (Math.abs(along) < 0.35 ? 1 : 0);
    });
  });
}

const classes = range(5000).map((i) => i % 10);
const plane = classes.map((c) => [3 * Math.cos(c) + 0.6 * gaussian(), 3 * Math.sin(c) + 0.6 * gaussian()]);
const space = classes.map((c, i) => [...plane[i]!, c % 3]);
const flat = Float32Array.from(plane.flat());

const history = range(15).map((i) => ({
  epoch: i + 1,
  phase: "vae",
  loss: 100 + 60 / (i + 1),
  distortion: 78 + 70 / (i + 1),
  rate: 22 - 10 / (i + 1),
  ...(i < 14 ? { validation_loss: 102 + 60 / (i + 1), validation_distortion: 80, validation_rate: 22 } : {}),
}));

const x20 = range(20).map((i) => i + 1);
const sweep = { beta: [0.1, 1, 4, 10], rate: [60, 24, 9, 3], distortion: [55, 76, 108, 140] };
const line = () =>
  plots.lineChart([{ name: "a", x: x20, y: x20.map((x) => 1 / x) }], { xTitle: "step", yTitle: "loss (nats)" });

/** Every builder, in its plain form and with the options that change what is drawn. */
const rows: FigureCase[] = [
  {
    name: "modelDiagram, a VAE with long labels, from left to right",
    make: () =>
      plots.modelDiagram({
        title: "A VAE",
        nodes: {
          x: { kind: "data", detail: "784 pixels" },
          encoder: { kind: "encoder", detail: "784 → 512 → 2 × 32" },
          q: { kind: "distribution", label: "q(z | x) = N(μ, σ²)", detail: "32 means\n32 variances" },
          ε: { kind: "noise", label: "ε ~ N(0, I)" },
          z: "latent",
          decoder: "decoder",
          p: { kind: "distribution", label: "p(x | z)" },
          rate: { kind: "loss", detail: "KL(q ‖ p) & more" },
          distortion: "loss",
        },
        arrows: [
          "x -> encoder -> q",
          "q -> z: μ + σ ε",
          "ε -> z",
          "z -> decoder -> p -> distortion",
          "q -> rate",
          "x --> distortion",
        ],
      }),
  },
  {
    name: "modelDiagram, downward",
    make: () =>
      plots.modelDiagram({
        direction: "down",
        nodes: { x: "data", f: "encoder", "+": "operation", D: { kind: "network", label: "critic" }, y: "decoder" },
        arrows: ["x -> f -> + -> y", "+ --> D: real or fake?"],
      }),
  },
  {
    name: "plateDiagram, two plates, one in the other",
    make: () =>
      plots.plateDiagram({
        title: "A hierarchical model",
        nodes: { θ: "parameter", φ: "parameter", c: "latent", z: "latent", x: "observed" },
        arrows: ["c -> z -> x", "θ -> x", "x --> z: q", "φ --> z"],
        plates: [
          { label: "N digits", nodes: ["z", "x"] },
          { label: "K classes", nodes: ["c", "z", "x"] },
        ],
      }),
  },
  {
    name: "plateDiagram",
    make: () => plots.plateDiagram({ nodes: { z: "latent", x: "observed" }, arrows: ["z -> x"] }),
  },
  {
    name: "calibrationCurve, one classifier",
    make: () =>
      plots.calibrationCurve([
        {
          name: "classifier",
          bins: [0.55, 0.75, 0.95].map((c, i) => ({ confidence: c, accuracy: c - 0.1, count: i + 1 })),
        },
      ]),
  },
  {
    name: "calibrationCurve, two with a title",
    make: () =>
      plots.calibrationCurve(
        ["from scratch", "supervised VAE"].map((name, k) => ({
          name,
          bins: range(10).map((i) => ({
            confidence: (i + 0.5) / 10,
            accuracy: Math.min(1, ((i + 0.5) / 10) ** (1 + k / 2)),
            count: 1 + i * i,
          })),
        })),
        { title: "Are they as sure as they are right?", subtitle: "10,000 test images" },
      ),
  },
  {
    name: "learningCurves, three models",
    make: () =>
      plots.learningCurves(
        ["from scratch", "logistic regression", "fine-tuned VAE"].map((name, k) => ({
          name,
          labels: [100, 600, 1000, 3000],
          scores: [0.7, 0.85, 0.88, 0.92].map((score) => range(5).map((seed) => score + 0.03 * k + 0.005 * (seed - 2))),
        })),
        { title: "What a label is worth", subtitle: "mean of 5 seeds, band ± one standard deviation" },
      ),
  },
  {
    name: "learningCurves, linear axis",
    make: () =>
      plots.learningCurves([{ name: "scratch", labels: [0, 0.1, 0.5], scores: [[0.9], [0.8], [0.5]] }], {
        xTitle: "share of wrong labels",
        xScale: "linear",
        scoreTitle: "balanced accuracy",
        yDomain: [0, 1],
      }),
  },
  { name: "lineChart, one curve", make: line },
  {
    name: "lineChart, bands, references, log axes",
    make: () =>
      plots.lineChart(
        [
          { name: "score function", x: x20, y: x20.map((x) => 100 / x), stdDev: x20.map((x) => 20 / x) },
          { name: "reparameterized", x: x20, y: x20.map((x) => 10 / x), stdDev: x20.map((x) => 2 / x) },
        ],
        {
          title: "Variance of the gradient",
          subtitle: "mean of 5 seeds, band ± one standard deviation",
          xTitle: "samples",
          yTitle: "variance (nats²)",
          legendTitle: "estimator",
          xScale: "log",
          yScale: "log",
          references: [
            { axis: "x", value: 5, label: "warm-up ends" },
            { axis: "y", value: 2 },
          ],
        },
      ),
  },
  {
    name: "lineChart, variants, fixed axis",
    make: () =>
      plots.lineChart(
        ["training", "validation"].flatMap((variant, v) =>
          ["VAE", "IWAE"].map((name, n) => ({ name, variant, x: x20, y: x20.map((x) => 90 + 20 / x + v + n) })),
        ),
        { xTitle: "epoch", yTitle: "loss (nats per example)", yDomain: [85, 110], points: false },
      ),
  },
  { name: "lossCurve", make: () => plots.lossCurve(history) },
  { name: "lossCurve, one term", make: () => plots.lossCurve(history, { terms: ["rate"], phase: "vae" }) },
  { name: "imageGrid, 100 images", make: () => plots.imageGrid(digits(100), { title: "Samples of the prior" }) },
  {
    name: "imageGrid, flat list, labels and titles",
    make: () =>
      plots.imageGrid(
        digits(12, 14).flatMap((image) => Array.from(image)),
        {
          imageWidth: 14,
          imageHeight: 14,
          columns: 6,
          labels: range(12),
          rowTitles: ["first", "second"],
          columnTitles: range(6).map(String),
        },
      ),
  },
  {
    name: "imageGrid, color",
    make: () =>
      plots.imageGrid([range(48).map((i) => i / 47)], { imageWidth: 4, imageHeight: 4, channels: 3, title: "Colors" }),
  },
  {
    name: "reconstructions, two models",
    make: () => plots.reconstructions(digits(14), { VAE: digits(14), "β = 4": digits(14) }, { title: "Test digits" }),
  },
  { name: "reconstructions", make: () => plots.reconstructions(digits(8), digits(8)) },
  {
    name: "latentManifold",
    make: () => plots.latentManifold(digits(400), 20, { title: "Manifold", xDomain: [-3, 3] }),
    // 400 images in 256 grays, twice: in the interactive figure and in the still one.
    budget: 320_000,
  },
  {
    name: "traversals",
    make: () => plots.traversals(digits(21), { dimensions: ["z₁", "z₄", "z₁₁"], values: range(7).map((i) => i - 3) }),
  },
  { name: "interpolation", make: () => plots.interpolation(digits(22), 11, { title: "Between two digits" }) },
  {
    name: "latentScatter, 5,000 points",
    make: () => plots.latentScatter(flat, classes, { title: "Latent means of the test digits" }),
    budget: 150_000,
  },
  { name: "latentScatter, no classes", make: () => plots.latentScatter(plane.slice(0, 300)) },
  { name: "latentScatter3d", make: () => plots.latentScatter3d(space, classes, { title: "Three dimensions" }) },
  {
    name: "sliderAnimation",
    make: () =>
      plots.sliderAnimation(
        range(10).map((f) => ({ name: f + 1, points: plane.map(([x, y]) => [(x! * f) / 9, (y! * f) / 9 + 0.01]) })),
        { title: "Latent space while training", sliderTitle: "epoch", labels: classes },
      ),
  },
  {
    name: "histogram, two kinds and a density",
    make: () =>
      plots.histogram(
        [
          { name: "posterior means", values: range(2000).map(gaussian) },
          { name: "collapsed", values: range(500).map(() => 0.1 * gaussian()) },
        ],
        {
          title: "Aggregated posterior",
          xTitle: "z₁",
          density: { name: "prior N(0, 1)", at: (x) => Math.exp((-x * x) / 2) / Math.sqrt(2 * Math.PI) },
          references: [{ axis: "x", value: 0, label: "mean" }],
        },
      ),
  },
  {
    name: "histogram, one value",
    make: () => plots.histogram([{ name: "KL", values: [2] }], { xTitle: "KL (nats)", bins: 5 }),
  },
  {
    name: "heatMap, missing cells",
    make: () =>
      plots.heatMap(
        range(32).map((d) => range(50).map((e) => (d === 3 && e < 9 ? Number.NaN : d < 12 ? random() : 0.01))),
        { title: "KL per latent dimension", xTitle: "epoch", yTitle: "latent dimension", valueTitle: "KL (nats)" },
      ),
  },
  {
    name: "heatMap, signed, with values",
    make: () =>
      plots.heatMap(
        [
          [1, -0.4],
          [-0.4, null],
        ],
        {
          xTitle: "feature",
          yTitle: "feature",
          valueTitle: "correlation",
          colors: "diverging",
          showValues: true,
          xLabels: ["weight", "displacement"],
          yLabels: ["weight", "displacement"],
        },
      ),
  },
  {
    name: "confusionMatrix, percent",
    make: () =>
      plots.confusionMatrix(
        range(10).map((r) => range(10).map((c) => (r === c ? 900 : Math.floor(20 * random())))),
        { title: "k-means on latents", percent: true },
      ),
  },
  {
    name: "barChart",
    make: () =>
      plots.barChart(
        [
          { label: "VAE", value: 97.1, stdDev: 0.4 },
          { label: "importance-weighted autoencoder", value: 95.3 },
        ],
        { xTitle: "model", yTitle: "−log p(x) (nats)" },
      ),
  },
  {
    name: "barChart, long names, horizontal by itself",
    make: () =>
      plots.barChart(
        ["VAE with warm-up", "hierarchical VAE", "ladder VAE with batch normalization"].map((label, i) => ({
          label,
          value: [0.4, 2.5, -4.9][i]!,
          stdDev: 0.5,
        })),
        { title: "Gain", xTitle: "model", yTitle: "nats per digit" },
      ),
  },
  {
    name: "barChart, grouped",
    make: () =>
      plots.barChart(
        ["pixels", "PCA", "VAE"].flatMap((label, i) =>
          ["k-means", "GMM"].map((series, j) => ({ label, series, value: 0.5 + 0.1 * i + 0.05 * j, stdDev: 0.03 })),
        ),
        { title: "Clustering", xTitle: "features", yTitle: "accuracy", legendTitle: "method" },
      ),
  },
  {
    name: "stackedBars, log p(x) = ELBO + KL",
    make: () =>
      plots.stackedBars(
        range(5).map((i) => ({
          label: 10 * i,
          parts: { ELBO: -95 - 20 * Math.exp(-i), "KL(q ‖ p)": 20 * Math.exp(-i) },
        })),
        {
          title: "log p(x)",
          xTitle: "step",
          yTitle: "nats",
          references: [{ axis: "y", value: -95, label: "log p(x)" }],
        },
      ),
  },
  {
    name: "stackedBars, from zero",
    make: () =>
      plots.stackedBars([{ label: "ladder", parts: { "z₁": 8, "z₂": 5 } }], { xTitle: "model", yTitle: "KL (nats)" }),
  },
  {
    name: "pointChart, categories",
    make: () =>
      plots.pointChart(
        [
          { name: "M1", x: ["100", "600"], y: [0.77, 0.87], stdDev: [0.03, 0.02] },
          { name: "M2", x: ["100", "600"], y: [0.93, 0.94], stdDev: [0.01, 0.01] },
        ],
        { title: "Accuracy", xTitle: "labeled examples", yTitle: "accuracy" },
      ),
  },
  {
    name: "pointChart, log axis",
    make: () =>
      plots.pointChart([{ name: "IWAE", x: [1, 5, 50], y: [86.76, 85.54, 84.78] }], {
        xTitle: "samples k",
        yTitle: "−log p(x) (nats)",
        xScale: "log",
        references: [{ axis: "y", value: 85, label: "published" }],
      }),
  },
  {
    name: "rateDistortion",
    make: () =>
      plots.rateDistortion(
        [
          { name: "MLP", ...sweep },
          { name: "conv", ...sweep, rate: sweep.rate.map((rate) => rate - 2) },
        ],
        { title: "Rate and distortion" },
      ),
  },
  {
    name: "rateDistortion, one point",
    make: () => plots.rateDistortion([{ name: "VAE", beta: [1], rate: [25], distortion: [75] }]),
  },
  {
    name: "effectiveSampleSizeHistogram",
    make: () =>
      plots.effectiveSampleSizeHistogram(
        [
          { name: "encoder", sizes: range(500).map(() => 1 + 20 * random()) },
          { name: "refined", sizes: range(500).map(() => 30 + 10 * random()) },
        ],
        { title: "Effective sample size", samples: 50 },
      ),
  },
  {
    name: "sideBySide",
    make: () =>
      plots.sideBySide([line(), plots.imageGrid(digits(9), { columns: 3, title: "Samples" })], {
        title: "Both",
        columns: 2,
      }),
  },
];

/** Each case draws its random numbers from the same start, whenever it is made. */
export const cases: FigureCase[] = rows.map((row) => ({
  ...row,
  make: () => {
    state = 12345;
    return row.make();
  },
}));
