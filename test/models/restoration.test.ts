import { afterAll, describe, expect, test } from "vitest";
import { frontEndSymbol } from "../../src/display/front-end";
import { normal } from "../../src/distributions/normal";
import { type ImputeMissingOptions, imputeMissing } from "../../src/inference/impute-missing";
import { probabilisticPca } from "../../src/models/classical/probabilistic-pca";
import { denoisingVae } from "../../src/models/denoising-vae";
import { vae } from "../../src/models/vae";
import { corrupt } from "../../src/preprocessing/images/corrupt";
import { rng } from "../../src/runtime/rng";
import { tf } from "../../src/runtime/tensorflow";
import { tolerance } from "../tolerance";

const numbers = (tensor: tf.Tensor): number[] => [...tensor.dataSync()];

describe("corrupt()", () => {
  const x = tf.tidy(() => rng(1).uniform([200, 500]));
  afterAll(() => x.dispose());

  /** The share of components that a corruption leaves alone, and the mean of its results. */
  const measure = (corruption: Parameters<typeof corrupt>[1]) =>
    tf.tidy(() => {
      const corrupted = corrupt(x, corruption, rng(2));
      const share = (where: tf.Tensor) => where.toFloat().mean().dataSync()[0] as number;
      return {
        same: share(tf.equal(corrupted, x)),
        zeros: share(tf.equal(corrupted, 0)),
        ones: share(tf.equal(corrupted, 1)),
        fives: share(tf.equal(corrupted, 5)),
        stdDev: Math.sqrt(share(tf.squaredDifference(corrupted, x))),
      };
    });
  /** Standard error of a share among the components. */
  const within = tolerance.monteCarlo * (0.5 / Math.sqrt(x.size));

  test("gaussian noise has its standard deviation", () => {
    expect(Math.abs(measure({ kind: "gaussian", stdDev: 0.5 }).stdDev - 0.5)).toBeLessThan(within);
  });

  test("masking replaces its share by the fill", () => {
    const { same, fives } = measure({ kind: "masking", probability: 0.3, fill: 5 });
    expect(same).toBeCloseTo(1 - fives, 6);
    expect(Math.abs(fives - 0.3)).toBeLessThan(within);
  });

  test("salt and pepper are equally many", () => {
    const { same, zeros, ones } = measure({ kind: "saltAndPepper", probability: 0.4 });
    expect(Math.abs(same - 0.6)).toBeLessThan(within);
    for (const share of [zeros, ones]) expect(Math.abs(share - 0.2)).toBeLessThan(within);
  });

  test("the same stream corrupts in the same way, another one does not", () => {
    tf.tidy(() => {
      const spoil = (seed: number) => numbers(corrupt(x, { kind: "gaussian", stdDev: 1 }, rng(seed)));
      expect(spoil(3)).toEqual(spoil(3));
      expect(spoil(3)).not.toEqual(spoil(4));
    });
  });

  test("what does not fit is refused by name", () => {
    const make = (corruption: unknown) => () =>
      denoisingVae({ dataShape: 4, latentDim: 2, corruption: corruption as never });
    expect(make({ kind: "gaussian", stdDev: -1 })).toThrow(/corruption\.stdDev.*finite number of at least 0.*-1/s);
    expect(make({ kind: "masking", probability: Number.NaN })).toThrow(/corruption\.probability.*\[0, 1\].*NaN/s);
    expect(make({ kind: "masking", probability: 1, fill: Number.NaN })).toThrow(/corruption\.fill.*finite/s);
    expect(make({ kind: "rain" })).toThrow(/corruption.*gaussian, masking, saltAndPepper/s);
    expect(() => corrupt(x, (given) => given.sum(1), rng(1))).toThrow(/result of corruption.*shape of x.*200/s);
  });
});

describe("denoisingVae()", () => {
  const model = denoisingVae({
    dataShape: 6,
    latentDim: 2,
    hidden: [5],
    corruption: (x, stream) => tf.add(x, stream.uniform(x.shape)),
  });
  const x = tf.tidy(() => rng(1).uniform([30, 6]).less(0.5).toFloat());
  afterAll(() => {
    model.dispose();
    x.dispose();
  });

  test("its terms are those of the plain model, had that encoded the corrupted x", () => {
    tf.tidy(() => {
      const plain = vae({ dataShape: 6, latentDim: 2, hidden: [5] });
      for (const [i, variable] of plain.variables().entries()) variable.assign(model.variables()[i] as tf.Tensor);
      const corrupted = corrupt(x, model.corruption, rng(3).fold(2));
      const rate = numbers(model.terms(x, rng(3)).rate);
      expect(rate).toEqual(numbers(plain.terms(corrupted, rng(3)).rate));
      expect(rate).not.toEqual(numbers(plain.terms(x, rng(3)).rate));
      const z = model
        .encode(corrupted)
        .sample((rng(3).split(3) as ReturnType<typeof rng>[])[0] as ReturnType<typeof rng>);
      const distortion = tf.neg(model.decode(z).logProb(x));
      expect(numbers(model.terms(x, rng(3)).distortion)).toEqual(numbers(distortion));
      plain.dispose();
    });
  });

  test("restore() is the mean of the decoder's means, takes what it is given as corrupted, and leaves nothing behind", () => {
    const before = tf.memory().numTensors;
    tf.tidy(() => {
      const stream = rng(4);
      const posterior = model.encode(x);
      const means = Array.from({ length: 3 }, () => model.decode(posterior.sample(stream)).mean());
      const expected = numbers(tf.mean(tf.stack(means), 0));
      for (const [i, value] of numbers(model.restore(x, { samples: 3, seed: 4 })).entries()) {
        expect(Math.abs(value - (expected[i] as number))).toBeLessThan(tolerance.float32);
      }
    });
    expect(tf.memory().numTensors).toBe(before);
    expect(() => model.restore(x, { samples: 0 })).toThrow(/samples.*at least 1.*0/s);
  });
});

describe("imputeMissing()", () => {
  // x₁ and x₂ share a code: E[x₂ | x₁] and Var[x₂ | x₁] are those of two normal numbers.
  const [w1, w2, noise, x1, shift] = [1, 0.8, 0.5, 1.5, 0.3];
  const weights = tf.tensor2d([[w1], [w2]]);
  const mean = tf.tensor1d([0, shift]);
  const exact = probabilisticPca({ weights, mean, stdDev: noise });
  const slope = (w1 * w2) / (w1 ** 2 + noise ** 2);
  const truth = { mean: shift + slope * x1, variance: w2 ** 2 + noise ** 2 - slope * w1 * w2 };
  /** The same model with an encoder that is wrong in mean and spread, as those of networks are. */
  const amortized = {
    ...exact,
    encode: (x: tf.Tensor) => {
      const posterior = exact.encode(x);
      return normal({ mean: tf.mul(posterior.mean(), 0.6), stdDev: tf.mul(tf.sqrt(posterior.variance()), 1.4) });
    },
  };
  const [x, observed] = [tf.tensor2d([[x1, Number.NaN]]), tf.tensor2d([[1, 0]])];
  afterAll(() => {
    exact.dispose();
    tf.dispose([weights, mean, x, observed]);
  });

  /** By how many standard errors the fillings miss the mean and the variance of p(x₂ | x₁). */
  const miss = async (model: Parameters<typeof imputeMissing>[0], options: ImputeMissingOptions) => {
    const chains = 20_000;
    const filled = await imputeMissing(model, x, observed, { samples: chains, sweeps: 60, seed: 1, ...options });
    const found = tf.tidy(() => {
      const { mean, variance } = tf.moments(tf.slice(filled.samples, [0, 0, 1], [-1, -1, 1]));
      return { mean: mean.dataSync()[0] as number, variance: variance.dataSync()[0] as number };
    });
    const estimate = filled.mean.dataSync()[1] as number;
    tf.dispose([filled.samples, filled.mean]);
    const standardError = Math.sqrt(truth.variance / chains);
    return {
      mean: Math.abs(found.mean - truth.mean) / standardError,
      estimate: Math.abs(estimate - truth.mean) / standardError,
      // Var[s²] = 2σ⁴/n for normal draws.
      variance: Math.abs(found.variance - truth.variance) / (truth.variance * Math.sqrt(2 / chains)),
      acceptance: filled.acceptance,
    };
  };

  test("with the exact posterior, both methods draw from p(x_mis | x_obs), and every proposal is accepted", async () => {
    for (const method of ["metropolis", "pseudoGibbs"] as const) {
      const found = await miss(exact, { method });
      for (const by of [found.mean, found.estimate, found.variance]) expect(by).toBeLessThan(tolerance.monteCarlo);
      expect(found.acceptance).toBeGreaterThan(0.999);
    }
  });

  test("with another encoder Metropolis still does, and pseudo-Gibbs does not", async () => {
    const metropolis = await miss(amortized, {});
    for (const by of [metropolis.mean, metropolis.estimate, metropolis.variance]) {
      expect(by).toBeLessThan(tolerance.monteCarlo);
    }
    expect(metropolis.acceptance).toBeGreaterThan(0.1);
    expect(metropolis.acceptance).toBeLessThan(0.95);
    expect((await miss(amortized, { method: "pseudoGibbs" })).mean).toBeGreaterThan(5 * tolerance.monteCarlo);
  });

  test("the mean counts only sweeps after the burn-in", async () => {
    // A posterior that never moves in "metropolis" after the burn-in, and jumps in it: proposals are accepted there alone.
    const sweeps = 8;
    const run = (burnIn: number) => imputeMissing(amortized, x, observed, { samples: 1, sweeps, burnIn, seed: 3 });
    // Where the burn-in is longer than half of the sweeps, one sweep is left, whose mean is that of the last code.
    const late = await run(sweeps - 1);
    const last = await imputeMissing(amortized, x, observed, {
      samples: 1,
      sweeps,
      burnIn: sweeps - 1,
      seed: 3,
      values: "mean",
    });
    for (const [i, value] of numbers(late.mean).entries()) {
      expect(Math.abs(value - (numbers(last.samples)[i] as number))).toBeLessThan(tolerance.float32);
    }
    const early = await run(0);
    expect(numbers(early.mean)[1]).not.toBeCloseTo(numbers(late.mean)[1] as number, 4);
    for (const result of [late, last, early]) tf.dispose([result.samples, result.mean]);
  });

  test("the imputations of an example do not depend on the other examples", async () => {
    const model = vae({ dataShape: 6, latentDim: 2, hidden: [4] });
    const some = tf.tidy(() => rng(2).uniform([7, 6]).less(0.5).toFloat()) as tf.Tensor2D;
    const known = tf.tidy(() => rng(3).uniform([7, 6]).less(0.5).toFloat()) as tf.Tensor2D;
    const options = { samples: 3, sweeps: 6, seed: 1, values: "mean" } as const;
    const all = await imputeMissing(model, some, known, options);
    const [alone, its] = tf.tidy(() => [some.slice(4, 1), known.slice(4, 1)]) as [tf.Tensor2D, tf.Tensor2D];
    const one = await imputeMissing(model, alone, its, options);
    const same = tf.tidy(() => [
      tf.max(tf.abs(tf.sub(all.samples.slice([0, 4], [3, 1]), one.samples))).dataSync()[0] as number,
      tf.max(tf.abs(tf.sub(all.mean.slice(4, 1), one.mean))).dataSync()[0] as number,
    ]) as unknown as number[];
    for (const difference of same) expect(difference).toBeLessThan(tolerance.float32);
    tf.dispose([some, known, alone, its, all.samples, all.mean, one.samples, one.mean]);
    model.dispose();
  });

  test("an interrupt of the kernel ends the work and leaves nothing behind", async () => {
    const before = tf.memory().numTensors;
    const interrupt = new AbortController();
    const place = globalThis as { [frontEndSymbol]?: unknown };
    place[frontEndSymbol] = { display: () => {}, interruptSignal: interrupt.signal };
    try {
      const work = imputeMissing(exact, x, observed, { sweeps: 1e6 });
      setTimeout(() => interrupt.abort(new Error("interrupted")), 20);
      await expect(work).rejects.toThrow("interrupted");
    } finally {
      delete place[frontEndSymbol];
    }
    expect(tf.memory().numTensors).toBe(before);
  });

  test("codes that overflow are refused, by both methods", async () => {
    const wild = {
      ...exact,
      encode: (x: tf.Tensor) => normal({ mean: tf.zeros([x.shape[0] as number, 1]), stdDev: 3e38 }),
    };
    for (const method of ["metropolis", "pseudoGibbs"] as const) {
      const filled = await imputeMissing(wild, x, observed, { samples: 100, sweeps: 20, method });
      expect(numbers(filled.samples).every(Number.isFinite)).toBe(true);
      tf.dispose([filled.samples, filled.mean]);
    }
  });

  test("fillings keep what is known, hold several blocks, have the asked values, and leave nothing else behind", async () => {
    const model = vae({ dataShape: [3, 2], latentDim: 2, hidden: [4] });
    const some = tf.tidy(() => rng(2).uniform([5, 3, 2]).less(0.5).toFloat());
    const known = tf.tidy(() => rng(3).uniform([5, 3, 2]).less(0.5));
    const before = tf.memory().numTensors;
    const options = { samples: 2000, sweeps: 4, seed: 1 } as const;
    const [once, again, means] = [
      await imputeMissing(model, some, known, options),
      await imputeMissing(model, some, known, { ...options, method: "metropolis" }),
      await imputeMissing(model, some, known, { ...options, values: "mean" }),
    ];
    expect(tf.memory().numTensors).toBe(before + 6);
    expect(once.samples.shape).toEqual([2000, 5, 3, 2]);
    expect(once.mean.shape).toEqual([5, 3, 2]);
    expect(numbers(once.samples)).toEqual(numbers(again.samples));
    tf.tidy(() => {
      for (const result of [once.samples, means.samples, once.mean]) {
        expect(numbers(tf.mul(tf.sub(result, some), known.toFloat())).every((off) => Math.abs(off) < 1e-6)).toBe(true);
      }
      // Bernoulli draws are zeros and ones; their means are not.
      expect(numbers(once.samples).every((value) => value === 0 || value === 1)).toBe(true);
      expect(numbers(means.samples).every((value) => value === 0 || value === 1)).toBe(false);
    });
    tf.dispose([once, again, means].flatMap((result) => [result.samples, result.mean]));
    tf.dispose([some, known]);
    model.dispose();
  });

  test("what does not fit is refused by name", async () => {
    const tooWide = tf.ones([1, 3]);
    const refused = (given: Parameters<typeof imputeMissing>, text: RegExp) =>
      expect(imputeMissing(...given)).rejects.toThrow(text);
    await refused([exact, x, tooWide], /observed.*shape of x.*3/s);
    await refused([exact, x, tf.tidy(() => tf.onesLike(observed))], /x must be finite.*NaN/s);
    await refused([{} as never, x, observed], /model.*prior/s);
    await refused([exact, x, observed, { sweeps: 0 }], /sweeps.*at least 1.*0/s);
    await refused([exact, x, observed, { method: "gibbs" as never }], /method.*metropolis/s);
    await refused([exact, x, observed, { sweeps: 10, burnIn: 10 }], /burnIn.*below 10.*10/s);
    await refused([exact, x, observed, { signal: AbortSignal.abort(new Error("enough")) }], /enough/);
    tooWide.dispose();
  });
});
