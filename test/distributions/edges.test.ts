import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { displaySymbol } from "../../src/display/mime-bundle";
import { bernoulli } from "../../src/distributions/bernoulli";
import { beta } from "../../src/distributions/beta";
import { expBijector } from "../../src/distributions/bijectors/exp";
import { sigmoidBijector } from "../../src/distributions/bijectors/sigmoid";
import { categorical } from "../../src/distributions/categorical";
import { continuousBernoulli } from "../../src/distributions/continuous-bernoulli";
import { dirichlet } from "../../src/distributions/dirichlet";
import { discretizedLogistic } from "../../src/distributions/discretized-logistic";
import type { Distribution } from "../../src/distributions/distribution";
import { gamma } from "../../src/distributions/gamma";
import { kl } from "../../src/distributions/kl";
import { laplace } from "../../src/distributions/laplace";
import { mixture } from "../../src/distributions/mixture";
import { monteCarloEntropy } from "../../src/distributions/monte-carlo-entropy";
import { monteCarloKl } from "../../src/distributions/monte-carlo-kl";
import { multinomial } from "../../src/distributions/multinomial";
import { normal } from "../../src/distributions/normal";
import { belowOne } from "../../src/distributions/positive";
import { relaxedCategorical } from "../../src/distributions/relaxed-categorical";
import { standardNormal } from "../../src/distributions/standard-normal";
import { transformed } from "../../src/distributions/transformed";
import { uniform } from "../../src/distributions/uniform";
import { type Rng, rng } from "../../src/runtime/rng";
import { tf } from "../../src/runtime/tensorflow";
import { expectClose, expectFinite, expectMean, gradientOf } from "../laws/check";
import { tolerance } from "../tolerance";

beforeEach(() => tf.engine().startScope());
afterEach(() => tf.engine().endScope());

const numbers = (t: tf.Tensor) => [...t.dataSync()];
const one = (value: number) => tf.tensor2d([[value]]);

describe("Scales below the smallest float", () => {
  // −½ (log σ² + log 2π) and −log 2b, which are finite whatever the scale.
  const rows: [string, number, (at: tf.Tensor, scale: tf.Tensor) => Distribution, number][] = [-90, -150, -300].flatMap(
    (log) => [
      ["normal", log, (mean, logVar) => normal({ mean, logVar }), -0.5 * (log + Math.log(2 * Math.PI))],
      ["laplace", log, (mean, logScale) => laplace({ mean, logScale }), -log - Math.LN2],
    ],
  );
  it.each(
    rows,
  )("%s at log scale %f has a finite density at its mean, with finite gradients", (_, log, make, wanted) => {
    const [mean, scale] = [one(0.25), one(log)];
    const d = make(mean, scale);
    expectClose(d.logProb(mean).dataSync(), [wanted], tolerance.reference, "logProb");
    expectFinite(
      gradientOf((t) => make(t, scale).logProb(one(0.25)).sum(), mean),
      "gradient by the mean",
    );
    expectFinite(
      gradientOf((t) => make(mean, t).logProb(mean).sum(), scale),
      "gradient by the scale",
    );
    expect(numbers(kl(d, d))).toEqual([0]);
  });

  it("a normal at log σ² = −90 has at its own draws the density of their noise", () => {
    const d = normal({ mean: tf.zeros([1, 200]), logVar: -90 });
    const noise = rng(3).normal([1, 200]);
    const wanted = noise
      .square()
      .add(-90 + Math.log(2 * Math.PI))
      .mul(-0.5)
      .sum(-1);
    expectClose(d.logProb(d.sample(rng(3))).dataSync(), wanted.dataSync(), tolerance.reference, "logProb");
  });

  it("divergences are finite or +Infinity, never NaN", () => {
    const [q, p] = [normal({ mean: one(0), logVar: -300 }), laplace({ mean: one(0), logScale: -100 })];
    for (const [a, b] of [
      [q, p],
      [p, q],
      [p, p],
    ] as const)
      expect(kl(a, b).dataSync()[0]).not.toBeNaN();
    // e^(½ · −300 + 100) √(2/π) − (1 + log 2π − 300)/2 + log 2 − 100
    expectClose(kl(q, p).dataSync(), [Math.LN2 - 100 - (1 + Math.log(2 * Math.PI) - 300) / 2], tolerance.reference);
  });
});

describe("The ends of the random generator", () => {
  const at = (value: number): Rng => ({
    ...rng(1),
    uniform: (shape) => tf.fill([...shape], value),
    split: (n) => rng(1).split(n),
  });
  const shape = [1, 3];
  const rows: [string, () => Distribution][] = [
    ...[-1e4, -50, -17.4, -10, 0, 10, 17.4, 50, 1e4].map((logits): [string, () => Distribution] => [
      `continuousBernoulli of logits ${logits}`,
      () => continuousBernoulli({ logits, shape }),
    ]),
    ["laplace", () => laplace({ mean: 0, scale: 1, shape })],
    ["laplace of a large scale", () => laplace({ mean: 0, logScale: 84, shape })],
    ["uniform", () => uniform({ low: -2, high: 3, shape })],
    ["discretizedLogistic", () => discretizedLogistic({ mean: 0.5, logScale: -2, shape })],
    ["discretizedLogistic of a tiny scale", () => discretizedLogistic({ mean: 0.5, logScale: -100, shape })],
    ["beta", () => beta({ alpha: 0.1, beta: 0.1, shape })],
    ["gamma", () => gamma({ concentration: 0.01, rate: 1, shape })],
    ["bernoulli", () => bernoulli({ logits: 0, shape })],
  ];
  const ends = [0, 0.5, 1 - 2 ** -23];
  it.each(
    rows.flatMap(([name, make]) => ends.map((end) => ({ name, make, end }))),
  )("$name at u = $end draws what its support contains, with a finite log-probability", ({ make, end }) => {
    const d = make();
    const x = d.sample(at(end));
    expectFinite(x, "draw");
    expect(tf.all(d.support.contains(x)).dataSync()[0]).toBe(1);
    expectFinite(d.logProb(x), "logProb");
  });
});

describe("Excluded classes", () => {
  const logits = () => tf.tensor2d([[0, -Infinity, Math.LN2]]);
  const third = Math.log(1 / 3);

  it("have no probability, and leave that of the others alone", () => {
    const d = categorical({ logits: logits() });
    const classes = tf.tensor2d([0, 1, 2], [3, 1], "int32");
    expectClose(d.logProb(classes).dataSync(), [third, -Infinity, third + Math.LN2], tolerance.float32);
    expectClose(d.logProb(tf.eye(3).expandDims(1)).dataSync(), numbers(d.logProb(classes)), tolerance.float32);
    expectClose(d.entropy().dataSync(), [-third - (2 / 3) * Math.LN2], tolerance.float32);
    expectFinite(
      gradientOf(
        (t) =>
          categorical({ logits: t })
            .logProb(tf.tensor2d([[0, 0, 1]]))
            .sum(),
        logits(),
      ),
      "score",
    );
    expectFinite(
      gradientOf((t) => categorical({ logits: t }).entropy().sum(), logits()),
      "gradient of the entropy",
    );
  });

  it("are no difference between equals, and an infinite one where q has them and p does not", () => {
    const [masked, free] = [categorical({ logits: logits() }), categorical({ logits: tf.zeros([1, 3]) })];
    expect(numbers(kl(masked, masked))).toEqual([0]);
    expectClose(
      kl(masked, free).dataSync(),
      [third / 3 + (2 / 3) * (third + Math.LN2) + Math.log(3)],
      tolerance.float32,
    );
    expect(numbers(kl(free, masked))).toEqual([Infinity]);
    expectFinite(
      gradientOf((t) => kl(categorical({ logits: t }), free).sum(), logits()),
      "gradient",
    );
  });

  it("of a multinomial and of a mixture are the same", () => {
    const d = multinomial({ logits: logits(), total: 3 });
    expectClose(d.logProb(tf.tensor2d([[1, 0, 2]])).dataSync(), [3 * third + 2 * Math.LN2], tolerance.float32);
    expect(numbers(d.logProb(tf.tensor2d([[0, 1, 2]])))).toEqual([-Infinity]);
    expectFinite(d.entropy(), "entropy");
    const blend = mixture({ logits: tf.tensor1d([0, -Infinity]), components: standardNormal([2], 2) });
    expectClose(blend.logProb(tf.ones([1, 2])).dataSync(), [-1 - Math.log(2 * Math.PI)], tolerance.float32);
    expectFinite(blend.sample(rng(1), 50), "draws");
  });
});

describe("Outside of the support the log-density is −Infinity, beside finite values too, with gradients that are not NaN", () => {
  const flow = (bijector: ReturnType<typeof expBijector>) => transformed({ base: standardNormal([2]), bijector });
  const shape = [1, 2];
  const rows: [string, () => Distribution, number[], number[][]][] = [
    [
      "uniform",
      () => uniform({ low: 0, high: 1, shape }),
      [0.5, 0.5],
      [
        [0.5, -1],
        [5, 0.5],
      ],
    ],
    [
      "beta",
      () => beta({ alpha: 2, beta: 2, shape }),
      [0.5, 0.5],
      [
        [0.5, -1],
        [0.5, 1],
        [0, 0.5],
        [5, 0.5],
      ],
    ],
    [
      "gamma",
      () => gamma({ concentration: 2, rate: 1, shape }),
      [1, 2],
      [
        [1, 0],
        [-3, 1],
        [Infinity, 1],
      ],
    ],
    [
      "logNormal",
      () => flow(expBijector()),
      [1, 2],
      [
        [1, 0],
        [-1, 1],
      ],
    ],
    [
      "logitNormal",
      () => flow(sigmoidBijector()),
      [0.5, 0.2],
      [
        [0.5, 0],
        [1, 0.5],
        [0.5, 1.5],
      ],
    ],
    [
      "dirichlet",
      () => dirichlet({ concentration: tf.tensor2d([[2, 3]]) }),
      [0.4, 0.6],
      [
        [0.4, 0.5],
        [1.2, -0.2],
        [2, 3],
      ],
    ],
    [
      "relaxedCategorical",
      () => relaxedCategorical({ logits: tf.zeros([1, 2]), temperature: 0.5 }),
      [0.4, 0.6],
      [
        [0.4, 0.5],
        [1.2, -0.2],
      ],
    ],
    [
      "continuousBernoulli",
      () => continuousBernoulli({ logits: 1, shape }),
      [0, 1],
      [
        [0.5, -0.01],
        [1.01, 0.5],
      ],
    ],
    [
      "bernoulli",
      () => bernoulli({ logits: 1, shape }),
      [0, 1],
      [
        [0.5, 0],
        [0, 2],
        [Infinity, 0],
      ],
    ],
    [
      "gray bernoulli",
      () => bernoulli({ logits: 1, shape, values: "gray" }),
      [0.3, 1],
      [
        [-0.1, 0],
        [0, 2],
      ],
    ],
    [
      "discretizedLogistic",
      () => discretizedLogistic({ mean: 0.5, logScale: 0, shape }),
      [0, 1 / 255],
      [
        [0, 0.5 / 255],
        [0, 256 / 255],
      ],
    ],
    [
      "categorical",
      () => categorical({ logits: tf.zeros([1, 2]) }),
      [0, 1],
      [
        [1, 1],
        [0, 0],
        [0.5, 0.5],
      ],
    ],
    [
      "multinomial",
      () => multinomial({ logits: tf.zeros([1, 2]) }),
      [0, 5],
      [
        [0.5, 1],
        [-1, 2],
        [Infinity, 1],
      ],
    ],
    [
      "mixture of uniforms",
      () =>
        mixture({
          logits: tf.zeros([2]),
          components: uniform({
            low: tf.tensor2d([
              [0, 0],
              [2, 2],
            ]),
            high: tf.tensor2d([
              [1, 1],
              [3, 3],
            ]),
          }),
        }),
      [2.5, 2.5],
      [
        [0.5, 2.5],
        [1.5, 1.5],
      ],
    ],
  ];
  it.each(rows)("%s", (_, make, inside, outside) => {
    const d = make();
    expectFinite(d.logProb(tf.tensor2d([inside])), "inside");
    expect(tf.all(d.support.contains(tf.tensor2d([inside]))).dataSync()[0]).toBe(1);
    for (const point of outside) {
      const x = tf.tensor2d([point]);
      expect(d.logProb(x).dataSync()[0], String(point)).toBe(-Infinity);
      expect(numbers(d.logProb(tf.tensor3d([[inside], [point]]))).at(-1)).toBe(-Infinity);
      expect(tf.all(d.support.contains(x)).dataSync()[0], String(point)).toBe(0);
    }
  });

  it("categorical of class indices", () => {
    const d = categorical({ logits: tf.zeros([1, 3]) });
    const classes = tf.tensor2d([-1, 0, 2, 3, 7], [5, 1], "int32");
    const third = Math.log(1 / 3);
    expectClose(d.logProb(classes).dataSync(), [-Infinity, third, third, -Infinity, -Infinity], tolerance.float32);
  });
});

describe("Draws that float32 rounds to the edge", () => {
  const rows: [string, () => Distribution][] = [
    ["beta", () => beta({ alpha: tf.tensor2d([[0.1], [0.3]]), beta: 0.1 })],
    ["gamma", () => gamma({ concentration: tf.tensor2d([[0.01], [0.005]]), rate: 2 })],
    [
      "dirichlet",
      () =>
        dirichlet({
          concentration: tf.tensor2d([
            [0.01, 0.02, 0.01],
            [0.1, 0.1, 0.1],
          ]),
        }),
    ],
  ];
  it.each(rows)("do not bias the Monte-Carlo entropy of a %s", (_, make) => {
    const stream = rng(5);
    const estimates = tf.stack(Array.from({ length: 50 }, () => monteCarloEntropy(make(), stream, 400)));
    expectMean(estimates, make().entropy().dataSync(), "entropy");
  });

  it.each(rows)("make no divergence between two equal %s distributions", (_, make) => {
    expectClose(monteCarloKl(make(), make(), rng(6), 100).dataSync(), [0, 0], tolerance.float32);
  });

  it.each(rows)("have the density of logProb where %s has room", (_, make) => {
    const d = make();
    const { sample, logProb } = d.sampleWithLogProb?.(rng(7), 200) as { sample: tf.Tensor; logProb: tf.Tensor };
    const [x, wanted, got] = [sample.dataSync(), logProb.dataSync(), d.logProb(sample).dataSync()];
    const width = sample.size / logProb.size;
    const roomy = Array.from(wanted.keys()).filter((i) =>
      x.slice(i * width, (i + 1) * width).every((v: number) => v > 1e-30 && v < 0.99 * (width > 1 ? 1 : belowOne)),
    );
    expect(roomy.length).toBeGreaterThan(10);
    expectClose(
      roomy.map((i) => got[i] as number),
      roomy.map((i) => wanted[i] as number),
      1e-4,
      "logProb",
    );
  });
});

it("Variances keep their digits beside a probability near 1", () => {
  const variance = dirichlet({ concentration: tf.tensor2d([[1e6, 1]]) }).variance();
  const wanted = 1e6 / ((1e6 + 1) ** 2 * (1e6 + 2));
  for (const value of numbers(variance)) expect(Math.abs(value / wanted - 1)).toBeLessThan(tolerance.reference);
  const classes = categorical({ logits: tf.tensor2d([[20, 0]]) }).variance();
  const rare = Math.exp(-20) / (1 + Math.exp(-20)) ** 2;
  for (const value of numbers(classes)) expect(Math.abs(value / rare - 1)).toBeLessThan(tolerance.reference);
});

it("A distribution shows its family, its shapes and its small parameters in a cell", () => {
  const show = (d: Distribution) => d[displaySymbol]?.().data["text/plain"];
  expect(show(normal({ mean: tf.tensor2d([[1, 2.5]]), logVar: -1 }))).toBe(
    "Distribution: normal\n  batch: 1\n  event shape: [2]\n  mean: 1, 2.5 [1, 2]\n  logVar: -1",
  );
  expect(show(bernoulli({ logits: tf.zeros([128, 784]) }))).toContain("logits: tensor [128, 784]");
  const blend = mixture({ logits: tf.zeros([2]), components: standardNormal([3], 2) });
  expect(show(blend)).toContain("components: normal, batch 2, event [3]");
  expect(show(transformed({ base: standardNormal([2]), bijector: expBijector() }))).toContain("bijector: exp");
});
