import fc from "fast-check";
import { afterEach, beforeEach, expect, it } from "vitest";
import type { Distribution } from "../../src/distributions/distribution";
import { kl } from "../../src/distributions/kl";
import { freeBits } from "../../src/objectives/free-bits";
import { importanceWeightedBound } from "../../src/objectives/importance-weighted-bound";
import { rng } from "../../src/runtime/rng";
import { tf } from "../../src/runtime/tensorflow";
import { type Family, families } from "../laws/distributions";

beforeEach(() => tf.engine().startScope());
afterEach(() => tf.engine().endScope());

const shape = fc.array(fc.integer({ min: 0, max: 3 }), { maxLength: 4 });
const junk = fc.oneof(
  fc.constantFrom(undefined, null, Number.NaN, Infinity, -1, 0, "1", true, {}, []),
  fc.record({ shape, dtype: fc.constantFrom("float32" as const, "int32" as const, "bool" as const) }),
);
type Junk = typeof junk extends fc.Arbitrary<infer T> ? T : never;

/** Described values become tensors of ones; the rest is passed on as it is. */
const real = (value: Junk): tf.Tensor =>
  (typeof value === "object" && value !== null && "dtype" in value
    ? tf.ones(value.shape as number[], value.dtype)
    : value) as tf.Tensor;

/** The names of the parameters of each family. */
const names: Partial<Record<keyof typeof families, string[]>> = {
  normal: ["mean", "logVar"],
  normalStdDev: ["mean", "stdDev"],
  fullNormal: ["mean", "scaleTril"],
  laplace: ["mean", "logScale"],
  bernoulli: ["logits"],
  continuousBernoulli: ["logits"],
  discretizedLogistic: ["mean", "logScale"],
  categorical: ["logits"],
  multinomial: ["logits"],
  relaxedCategorical: ["logits", "temperature"],
  gamma: ["concentration", "rate"],
  beta: ["alpha", "beta"],
  dirichlet: ["concentration"],
};

/** The errors that mean "you gave me junk", as opposed to a crash inside TensorFlow or a TypeError. */
const named = /ArgumentError|NoClosedFormError|no closed form is known|known only as a whole/;

function attempt<T>(call: () => T): T | undefined {
  try {
    return call();
  } catch (error) {
    expect(String(error)).toMatch(named);
    return undefined;
  }
}

function expectSound(d: Distribution, x: tf.Tensor): void {
  const full = [d.batch, ...d.eventShape];
  expect(attempt(() => d.sample(rng(1)))?.shape).toEqual(full);
  for (const name of ["mean", "variance"] as const) {
    const value = attempt(() => d[name]());
    if (value) expect(value.shape).toEqual(full);
  }
  const logProb = attempt(() => d.logProb(x));
  if (logProb) expect([d.batch, x.shape.at(logProb.rank - 1)]).toContain(logProb.shape.at(-1));
  const divergence = attempt(() => kl(d, d));
  if (divergence) expect(divergence.shape).toEqual([d.batch]);
}

it.each(Object.entries(names))("%s of junk is a sound distribution or a named error", (family, parameters) => {
  const { make } = families[family as keyof typeof families] as Family;
  const values = fc.tuple(...parameters.map(() => junk), junk);
  fc.assert(
    fc.property(values, (all) =>
      tf.tidy(() => {
        const given = Object.fromEntries(parameters.map((name, i) => [name, real(all[i] as Junk)]));
        const d = attempt(() => make(given));
        if (d) expectSound(d, real(all.at(-1) as Junk));
      }),
    ),
    { seed: 1, numRuns: 150 },
  );
});

it("Objectives of junk are [batch] or a named error", () => {
  fc.assert(
    fc.property(junk, junk, (a, b) =>
      tf.tidy(() => {
        expect([undefined, 1]).toContain(attempt(() => importanceWeightedBound(real(a)))?.rank);
        expect([undefined, 1]).toContain(attempt(() => freeBits(real(a), { floor: real(b) as never }))?.rank);
      }),
    ),
    { seed: 1, numRuns: 300 },
  );
});
