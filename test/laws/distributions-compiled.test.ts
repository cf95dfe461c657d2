import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { kl } from "../../src/distributions/kl";
import { jit } from "../../src/jit/jit";
import { type Rng, rng } from "../../src/runtime/rng";
import { tf } from "../../src/runtime/tensorflow";
import { tolerance } from "../tolerance";
import { expectClose, gradientOf } from "./check";
import { cases, type Family, families, type Parameters, parametersOf, reference, tensor } from "./distributions";

beforeEach(() => tf.engine().startScope());
afterEach(() => tf.engine().endScope());

type Results = Record<string, tf.Tensor>;

/** Compiled, a function gives what it gives eagerly, and its second call, with another key, draws anew without a retrace. */
function expectCompiles(fn: (p: Parameters, x: tf.Tensor, key: tf.Tensor) => Results, p: Parameters, x: tf.Tensor) {
  const compiled = jit(fn);
  const keys = [rng(41).key, rng(42).key];
  for (const key of keys) {
    const [eager, graph] = [fn(p, x, key), compiled(p, x, key)];
    for (const [name, value] of Object.entries(eager)) {
      expectClose((graph[name] as tf.Tensor).dataSync(), value.dataSync(), tolerance.float32, name);
    }
  }
  expect(compiled.stats).toEqual({ traces: 1, runs: 2 });
  compiled.dispose();
}

const streamOf = (key: tf.Tensor): Rng => rng(key as tf.Tensor1D);

describe("Compiled equals eager", () => {
  it.each(cases)("$name", (row) => {
    const everything = (p: Parameters, x: tf.Tensor, key: tf.Tensor): Results => {
      const d = row.make(p);
      const results: Results = { logProb: d.logProb(x), sample: d.sample(streamOf(key), 3) };
      if (row.mean !== null && row.family !== "discretizedLogistic") {
        Object.assign(results, { mean: d.mean(), variance: d.variance() });
        if (row.entropy !== null) results.entropy = d.entropy();
      }
      for (const [name, at] of Object.entries(p)) {
        results[`score by ${name}`] = gradientOf(
          (t) =>
            row
              .make({ ...p, [name]: t })
              .logProb(x)
              .sum(),
          at,
        );
        const draw = (t: tf.Tensor) =>
          row
            .make({ ...p, [name]: t })
            .sample(streamOf(key))
            .sum();
        results[`path by ${name}`] = gradientOf(draw, at);
      }
      return results;
    };
    expectCompiles(everything, parametersOf(row), tensor(row.x));
  });

  it.each(reference.divergences)("KL of $name", ({ q, p }) => {
    const divergence = (both: Parameters): Results => {
      const of = (side: "q" | "p", family: Family) =>
        family.make(
          Object.fromEntries(
            Object.entries(both).flatMap(([key, t]) => (key.startsWith(side) ? [[key.slice(2), t]] : [])),
          ),
        );
      return { kl: kl(of("q", families[q.family] as Family), of("p", families[p.family] as Family)) };
    };
    const prefixed = (side: "q" | "p", parameters: Parameters) =>
      Object.entries(parameters).map(([name, t]) => [`${side}.${name}`, t] as const);
    const both = Object.fromEntries([...prefixed("q", parametersOf(q)), ...prefixed("p", parametersOf(p))]);
    expectCompiles(divergence, both, tf.scalar(0));
  });
});
