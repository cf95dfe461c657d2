import { mkdtempSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { displaySymbol } from "../../src/display/mime-bundle";
import type { Distribution } from "../../src/distributions/distribution";
import { kl } from "../../src/distributions/kl";
import { mixture } from "../../src/distributions/mixture";
import { normal } from "../../src/distributions/normal";
import { sampledKl } from "../../src/distributions/sampled-kl";
import { standardNormal } from "../../src/distributions/standard-normal";
import { uniform } from "../../src/distributions/uniform";
import { anomalyScores } from "../../src/inference/anomaly-scores";
import { imputeMissing } from "../../src/inference/impute-missing";
import { vade } from "../../src/models/vade";
import { type Vae, type VaeOptions, vae } from "../../src/models/vae";
import { gaussianPrior } from "../../src/priors/gaussian-prior";
import { latentSampler } from "../../src/priors/latent-prior";
import { learnedGaussianPrior } from "../../src/priors/learned-gaussian-prior";
import { mixturePrior } from "../../src/priors/mixture-prior";
import { ringPrior } from "../../src/priors/ring-prior";
import { swissRollPrior } from "../../src/priors/swiss-roll-prior";
import { rng } from "../../src/runtime/rng";
import { tf } from "../../src/runtime/tensorflow";
import { load, save } from "../../src/saving/save";
import { fit } from "../../src/training/fit";
import { tolerance } from "../tolerance";

beforeAll(() => tf.engine().startScope());
afterAll(() => tf.engine().endScope());

const sizes = { dataShape: 6, latentDim: 2, hidden: [5], seed: 1 } as const;
const data = () => rng(2).uniform([40, 6]).less(0.5).toFloat();
const numbers = (tensor: tf.Tensor): number[] => [...tensor.dataSync()];
const quiet = { progress: false, xla: false, batchSize: 20, learningRate: 0.01 } as const;
const two = () => tf.tensor2d([[3, -3]]);
const lumps = () =>
  mixture({
    logits: tf.tensor1d([0, 1]),
    components: normal({
      mean: tf.tensor2d([
        [1, 0],
        [-1, 2],
      ]),
      logVar: 0,
    }),
  });

const expectClose = (found: tf.Tensor, expected: tf.Tensor): void => {
  const [a, b] = [numbers(found), numbers(expected)];
  expect(a.length).toBe(b.length);
  for (const [i, value] of b.entries()) {
    expect(Math.abs(a[i]! - value)).toBeLessThan(10 * tolerance.float32 * (1 + Math.abs(value)));
  }
};

describe("A prior whose parameters are variables", () => {
  test.each<[string, (variable: tf.Variable) => Distribution]>([
    ["the mean of a normal", (mean) => normal({ mean, stdDev: 1 })],
    ["the log-variance of a normal", (logVar) => normal({ mean: 0, logVar })],
    [
      "the means of a mixture",
      (variable) => mixture({ logits: tf.tensor1d([0]), components: normal({ mean: variable, logVar: 0 }) }),
    ],
  ])("is trained, listed, saved and loaded: %s", async (_, make) => {
    const folder = mkdtempSync(path.join(os.tmpdir(), "elbo-lab-test-"));
    try {
      const variable = tf.variable(two());
      const model = vae({ ...sizes, prior: make(variable) });
      expect(model.variables()).toContain(variable);
      expect(model.phases[0].variables()).toContain(variable);
      await fit(model, data(), { ...quiet, epochs: 3 });
      const trained = numbers(variable);
      expect(trained.map(Math.abs).every((value) => value < 3)).toBe(true);
      await save(model, folder);
      const again = tf.variable(tf.zeros([1, 2]));
      await load(folder, vae, { prior: make(again) });
      expect(numbers(again)).toEqual(trained);
      model.dispose();
      // It is the caller's.
      expect(variable.isDisposed).toBe(false);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  test("a variable that is not trainable stays", async () => {
    const mean = tf.variable(two(), false);
    const model = vae({ ...sizes, prior: normal({ mean, stdDev: 1 }) });
    await fit(model, data(), { ...quiet, epochs: 1 });
    expect(numbers(mean)).toEqual([3, -3]);
    expect(model.variables()).toContain(mean);
  });
});

describe("The rate", () => {
  const rateOf = (prior: VaeOptions["prior"]) => {
    const model = vae({ ...sizes, ...(prior && { prior }) });
    const x = data();
    const { forward } = model.phases[0].loss({ x }, { rng: rng(3), training: false, schedules: {} });
    return { model, ...forward };
  };

  test("is the closed form of kl() where there is one", () => {
    const { rate, posterior } = rateOf(undefined);
    expect(numbers(rate)).toEqual(numbers(kl(posterior, standardNormal([2]))));
    const learned = rateOf(learnedGaussianPrior());
    expectClose(learned.rate, kl(learned.posterior, standardNormal([2])));
  });

  test("is sampled where there is none: log q(z | x) − log p(z) at the draws", () => {
    const { rate, posterior, z } = rateOf(lumps());
    expectClose(rate, sampledKl(posterior, lumps(), z));
  });

  test("of a mixture prior bounds the divergence, and one component gives that of N(0, I)", () => {
    const { rate, posterior } = rateOf(mixturePrior({ components: 1 }));
    expectClose(rate, kl(posterior, standardNormal([2])));
  });

  test("a prior of one's own may compute it", () => {
    const density = standardNormal([2]);
    const { rate, posterior } = rateOf({
      variables: [],
      distribution: () => density,
      rate: (q) => tf.mul(kl(q, density), 2) as ReturnType<typeof kl>,
    });
    expectClose(rate, kl(posterior, density).mul(2));
  });
});

describe("mixturePrior()", () => {
  test("in vae() is vade(): same start, same losses, same draws", async () => {
    const [plain, clustered] = [
      vae({ ...sizes, prior: mixturePrior({ components: 3 }) }),
      vade({ ...sizes, clusters: 3 }),
    ];
    const [a, b] = [
      await fit(plain, data(), { ...quiet, epochs: 2 }),
      await fit(clustered, data(), { ...quiet, epochs: 2 }),
    ];
    expect(a.rows.at(-1)!.loss).toBe(b.rows.at(-1)!.loss);
    expect(numbers(plain.sample(5))).toEqual(numbers(clustered.sample(5)));
    expect(plain.variables().length).toBe(clustered.variables().length);
  });

  test("gives each model variables of its own", () => {
    const prior = mixturePrior({ components: 3 });
    const [one, other] = [vae({ ...sizes, prior }), vae({ ...sizes, prior })];
    expect(one.prior.variables.some((variable) => other.prior.variables.includes(variable))).toBe(false);
  });
});

describe("The prior of a model", () => {
  const ask = async (model: Vae) => {
    const x = data();
    const scores = await anomalyScores(model, x, { samples: 10 });
    const observed = tf.onesLike(x).mul(tf.tensor1d([1, 1, 1, 1, 1, 0]));
    const imputed = await imputeMissing(model, x, observed, { samples: 2, sweeps: 4 });
    const likelihood = await model.logLikelihood(x, { samples: 10 });
    return [
      ...scores.negativeElbo,
      ...scores.latentDistance,
      ...numbers(imputed.mean),
      ...numbers(likelihood),
      ...numbers(model.sample(4)),
    ];
  };

  test("sampling, log p(x), imputation and anomaly scores follow its current values", async () => {
    const model = vae({ ...sizes, prior: learnedGaussianPrior() });
    const before = await ask(model);
    model.prior.variables[0]!.assign(two());
    const fixed = vae({ ...sizes, prior: normal({ mean: two(), logVar: 0 }) });
    const [after, expected] = [await ask(model), await ask(fixed)];
    expect(after).not.toEqual(before);
    for (const [i, value] of expected.entries()) expect(after[i]).toBeCloseTo(value, 3);
  });

  test("is a distribution itself", () => {
    const model = vae({ ...sizes, prior: lumps() });
    const z = rng(4).normal([7, 2]);
    expect(numbers(model.prior.logProb(z))).toEqual(numbers(lumps().logProb(z)));
    expect(numbers(model.prior.sample(rng(1), 3))).toEqual(numbers(lumps().sample(rng(1), 3)));
    expect(numbers(model.prior.mean())).toEqual(numbers(lumps().mean()));
    const learned = vae({ ...sizes, prior: learnedGaussianPrior() });
    learned.prior.variables[0]!.assign(two());
    const q = normal({ mean: z, logVar: 0 });
    expectClose(kl(q, learned.prior), kl(q, normal({ mean: two(), logVar: 0, shape: [1, 2] })));
  });

  test("shows itself, and so do priors before they belong to one", () => {
    const text = (shown: unknown) =>
      (shown as { [displaySymbol](): { data: Record<string, string> } })[displaySymbol]().data["text/plain"];
    expect(text(mixturePrior({ components: 3 }))).toBe("mixturePrior\n  components: 3\n  covariance: diagonal");
    expect(text(vae({ ...sizes, prior: mixturePrior({ components: 3 }) }).prior)).toContain("trained parameters: 15");
    expect(text(ringPrior())).toBe("ringPrior\n  components: 10\n  radius: 4\n  stdDev: 0.5");
    expect(text(vae({ ...sizes, prior: mixturePrior({ components: 3 }) }))).toContain(
      'prior mixturePrior({ components: 3, covariance: "diagonal" })',
    );
  });
});

describe("Priors to draw from", () => {
  test("ringPrior() has the density of its draws", () => {
    const ring = ringPrior({ components: 5, radius: 2, stdDev: 0.4 });
    const density = ring.distribution();
    const [own, drawn] = [ring.sample(rng(1), 20_000), density.sample(rng(2), 20_000).reshape([20_000, 2])];
    // The same mean log-density, up to the noise of the draws.
    const [a, b] = [own, drawn].map((z) => tf.moments(density.logProb(z)));
    const [meanA, meanB] = [a!, b!].map(({ mean }) => mean.dataSync()[0] as number);
    const error = Math.sqrt((2 * (a!.variance.dataSync()[0] as number)) / 20_000);
    expect(Math.abs(meanA! - meanB!)).toBeLessThan(tolerance.monteCarlo * error);
    expect(() => vae({ ...sizes, prior: ring })).not.toThrow();
  });

  test("gaussianPrior() has the density of its draws", () => {
    const { parameters } = gaussianPrior({ latentDim: 3, stdDev: 2 }).distribution();
    expect(parameters.logVar).toBe(2 * Math.log(2));
  });

  test("latentSampler() draws from priors and distributions as they do themselves", () => {
    const far = { latentDim: 2, sample: () => tf.ones([2, 2]) as tf.Tensor2D };
    expect(latentSampler("waeMmd()", far, 2)).toBe(far);
    const drawn = latentSampler("waeMmd()", lumps(), 2).sample(rng(1), 4);
    expect(numbers(drawn)).toEqual(numbers(lumps().sample(rng(1), 4)));
    for (const prior of [mixturePrior({ components: 2 }), vae({ ...sizes, prior: learnedGaussianPrior() }).prior]) {
      expect(() => latentSampler("waeMmd()", prior, 2)).toThrow(/without trained parameters/);
    }
    expect(() => latentSampler("waeMmd()", lumps(), 3)).toThrow(/codes of 3 numbers/);
  });
});

test.each<[string, () => unknown, RegExp]>([
  [
    "a uniform prior",
    () => uniform({ low: -1, high: 1, shape: [1, 2] }),
    /density on all real codes, but got 'uniform on/,
  ],
  ["a prior of another size", () => standardNormal([3]), /event shape \[2\] and batch 1.* but got 'event shape \[3\]/],
  ["a prior of several distributions", () => standardNormal([2], 4), /batch 1, which all examples share/],
  [
    "a swiss roll",
    () => swissRollPrior(),
    /a distribution with a density, but got 'swissRoll'.*adversarialAutoencoder/,
  ],
  ["a bare sampler", () => ({ latentDim: 2, sample: () => tf.ones([2, 2]) }), /needs the density log p\(z\)/],
  ["a word", () => "learned", /prior must be a prior \(learnedGaussianPrior\(\)/],
  ["null", () => null, /prior must be a prior/],
])("vae() refuses %s", (_, make, message) => {
  expect(() => vae({ ...sizes, prior: make() as never })).toThrow(message);
});

test.each<[string, () => unknown, RegExp]>([
  ["no components", () => mixturePrior({ components: 0 }), /components must be a whole number of at least 1/],
  ["a typo", () => mixturePrior({ component: 3 } as never), /components|Did you mean "components"/],
  ["another covariance", () => mixturePrior({ components: 2, covariance: "tied" as never }), /"diagonal" or "full"/],
  ["an unknown option", () => learnedGaussianPrior({ latentDim: 3 } as never), /no option "latentDim"/],
  ["a ring without a radius", () => ringPrior({ radius: 0 }), /radius must be a finite number above 0/],
])("makers of priors refuse %s", (_, make, message) => expect(make).toThrow(message));
