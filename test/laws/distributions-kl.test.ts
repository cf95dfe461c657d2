import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Distribution } from "../../src/distributions/distribution";
import { kl, klPerDimension } from "../../src/distributions/kl";
import { klRules } from "../../src/distributions/kl-rules";
import { monteCarloEntropy } from "../../src/distributions/monte-carlo-entropy";
import { monteCarloKl } from "../../src/distributions/monte-carlo-kl";
import { normal } from "../../src/distributions/normal";
import { sampledKl } from "../../src/distributions/sampled-kl";
import { standardNormal } from "../../src/distributions/standard-normal";
import { rng } from "../../src/runtime/rng";
import { tf } from "../../src/runtime/tensorflow";
import { tolerance } from "../tolerance";
import { expectClose, expectMean, gradientOf, leaked } from "./check";
import { distributionOf, type Family, families, parametersOf, reference } from "./distributions";

beforeEach(() => tf.engine().startScope());
afterEach(() => tf.engine().endScope());

it("The table of divergences and the table of tests hold the same pairs", () => {
  expect(reference.divergences.map((row) => row.name).sort()).toEqual(Object.keys(klRules).sort());
});

describe.each(reference.divergences)("KL of $name", (row) => {
  const both = () => [distributionOf(row.q), distributionOf(row.p)] as const;

  it("is that of the reference", () => {
    const [q, p] = both();
    expectClose(kl(q, p).dataSync(), row.kl.map(Number), tolerance.reference, "kl");
  });

  it("is the mean of log q − log p over draws of q", () => {
    const [q, p] = both();
    const x = q.sample(rng(21), 20_000);
    const ratios = tf.sub(q.logProb(x), p.logProb(x));
    const wanted = row.kl.map(Number);
    const finite = wanted.every(Number.isFinite);
    // Where p does not cover q the divergence is infinite, and some draw must show it.
    if (finite) expectMean(ratios, wanted, "kl");
    else expect(ratios.mean(0).isInf().dataSync()).toEqual(Uint8Array.from(wanted, (v) => (v === Infinity ? 1 : 0)));
  });

  it("is zero between equals", () => {
    const [q] = both();
    if (!klRules[`${q.family}/${q.family}`]) return expect(row.name).toMatch(/normal|laplace/);
    expectClose(kl(q, q).dataSync(), new Float32Array(q.batch), tolerance.float32, "kl");
  });

  it("broadcasts a p of batch 1", () => {
    const [q] = both();
    const parameters = Object.entries(parametersOf(row.p)).map(([name, t]) => [name, t.slice([0], [1])]);
    const p = (families[row.p.family] as Family).make(Object.fromEntries(parameters));
    expect(kl(q, p).shape).toEqual([q.batch]);
    expectClose(kl(q, p).slice([0], [1]).dataSync(), row.kl.slice(0, 1).map(Number), tolerance.reference, "kl");
  });

  it("is the sum of klPerDimension, where that exists", () => {
    const [q, p] = both();
    if (!klRules[row.name]?.factorized) {
      return expect(() => klPerDimension(q, p)).toThrow(/is known only as a whole\. Use kl\(q, p\)/);
    }
    const parts = klPerDimension(q, p);
    expect(parts.shape).toEqual([q.batch, ...q.eventShape]);
    expectClose(parts.sum(-1).dataSync(), kl(q, p).dataSync(), tolerance.float32, "sum");
  });

  it("has the gradient of central differences by every parameter of q and of p", () => {
    for (const side of ["q", "p"] as const) {
      const parameters = parametersOf(row[side]);
      const [q, p] = both();
      const family = families[row[side].family] as Family;
      for (const [name, at] of Object.entries(parameters)) {
        const value = (t: tf.Tensor) => {
          const d = family.make({ ...parameters, [name]: t });
          return side === "q" ? kl(d, p) : kl(q, d);
        };
        const direction = rng(8).normal(at.shape);
        const step = 2e-3;
        const ahead = value(at.add(direction.mul(step))).dataSync<"float32">();
        const behind = value(at.sub(direction.mul(step))).dataSync<"float32">();
        const wanted = row.kl.map((v, i) => (v === "Infinity" ? 0 : (ahead[i] as number) - (behind[i] as number)));
        const difference = wanted.reduce((sum, v) => sum + v, 0) / (2 * step);
        const mask = tf.tensor1d(row.kl.map((v) => (v === "Infinity" ? 0 : 1)));
        const gradient = gradientOf((t) => tf.where(mask.cast("bool"), value(t), 0).sum(), at);
        expectClose(gradient.mul(direction).sum().dataSync(), [difference], tolerance.gradient, `${side}.${name}`);
      }
    }
  });

  it("leaves no tensors behind", () => {
    const [q, p] = both();
    expect(leaked(() => kl(q, p).dispose())).toBe(0);
  });
});

describe("KL of a normal from the standard normal", () => {
  it("is the same by the short formula as by the general one", () => {
    const q = normal({ mean: tf.tensor2d([[0.3, -2]]), logVar: tf.tensor2d([[-3, 1]]) });
    const general = normal({ mean: tf.zeros([1, 2]), logVar: tf.zeros([1, 2]) });
    expectClose(kl(q, standardNormal([2])).dataSync(), kl(q, general).dataSync(), tolerance.float32);
  });

  it("keeps its digits near zero, where σ² − 1 − log σ² would lose all of them", () => {
    const logVar = 1e-3;
    const q = normal({ mean: tf.zeros([1, 1]), logVar });
    const wanted = 0.5 * (logVar ** 2 / 2 + logVar ** 3 / 6);
    const got = kl(q, standardNormal([1])).dataSync()[0] as number;
    expect(Math.abs(got / wanted - 1)).toBeLessThan(1e-3);
  });
});

describe("Monte-Carlo estimates", () => {
  const q = () =>
    families.ownMixture.make(parametersOf(reference.cases.find((c) => c.family === "ownMixture") as never));

  it("monteCarloKl estimates what has no closed form, and averages to zero between equals", () => {
    const d = q();
    expect(() => kl(d, standardNormal([4]))).toThrow(
      /no closed form is known for KL\(mixture \|\| normal\)\. Use monteCarloKl\(q, p, rng, samples\)/,
    );
    expectClose(monteCarloKl(d, d, rng(1), 10).dataSync(), new Float32Array(d.batch), tolerance.float32);
    const stream = rng(2);
    const estimates = tf.stack(Array.from({ length: 200 }, () => monteCarloKl(d, standardNormal([4]), stream, 50)));
    const [x, p] = [d.sample(rng(3), 50_000), standardNormal([4])];
    const wanted = d.logProb(x).sub(p.logProb(x)).mean(0).dataSync();
    // Both sides are estimates here; the second has five times as many draws.
    expectMean(estimates, wanted, "kl");
  });

  it("monteCarloKl has the gradient of the divergence where q is reparameterized", () => {
    const p = standardNormal([2]);
    const of = (mean: tf.Tensor) => normal({ mean, logVar: -1 });
    const at = tf.tensor2d([[0.5, -1]]);
    const stream = rng(4);
    const gradient = () => gradientOf((m) => monteCarloKl(of(m), p, stream, 100).sum(), at).flatten();
    const estimates = tf.stack(Array.from({ length: 50 }, gradient));
    expectMean(estimates, gradientOf((m) => kl(of(m), p).sum(), at).dataSync(), "gradient");
  });

  it("monteCarloEntropy agrees with the closed form", () => {
    const d: Distribution = normal({ mean: tf.zeros([2, 3]), logVar: tf.tensor2d([[0], [-2]]) });
    const stream = rng(5);
    const estimates = tf.stack(Array.from({ length: 50 }, () => monteCarloEntropy(d, stream, 100)));
    expectMean(estimates, d.entropy().dataSync(), "entropy");
  });

  it("sampledKl takes draws with and without a sample axis", () => {
    const [a, b] = [normal({ mean: tf.zeros([3, 2]), logVar: 0.5 }), standardNormal([2])];
    const z = a.sample(rng(6), 4);
    const each = tf.stack(tf.unstack(z).map((one) => sampledKl(a, b, one)));
    expectClose(sampledKl(a, b, z).dataSync(), each.mean(0).dataSync(), tolerance.float32);
  });

  it("refuse a number of samples that is no count", () => {
    const p = standardNormal([2]);
    expect(() => monteCarloKl(p, p, rng(1), 0)).toThrow(/monteCarloKl\(\): n must be a whole number of at least 1/);
    expect(() => monteCarloEntropy(p, rng(1), 1.5)).toThrow(/whole number of at least 1, but got 1.5/);
  });
});

it("kl refuses distributions over different things", () => {
  const q = normal({ mean: tf.zeros([3, 2]), logVar: 0 });
  expect(() => kl(q, standardNormal([5]))).toThrow(/p must be like q, which has batch 3, event shape \[2\]/);
  expect(() => kl(q, standardNormal([2], 4))).toThrow(/but got 'batch 4, event shape \[2\]'/);
});
