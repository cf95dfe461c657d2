import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { jit } from "../../src/jit/jit";
import { sessionCounts } from "../../src/jit/shared-session";
import { rng } from "../../src/runtime/rng";
import { tf } from "../../src/runtime/tensorflow";
import { fit } from "../../src/training/fit";
import { numbers, pictures, quiet, smallVae } from "../training/toys";
import { modes } from "./agree";

beforeEach(() => tf.engine().startScope());
afterEach(() => {
  tf.engine().endScope();
  tf.disposeVariables();
});

const values = (tensor: tf.Tensor): number[] => Array.from(tensor.dataSync());

describe.each(modes)("functions with equal graphs, $mode", ({ xla }) => {
  /** A variable, and a function that adds a captured amount (`by`) and its argument to it. */
  const adder = (start: number, by: number) => {
    const v = tf.variable(tf.scalar(start));
    // A tensor this large is fed. A constant would make the graphs differ.
    const captured = tf.fill([2000], by / 2000);
    return { v, add: jit((x: tf.Tensor) => v.assign(v.add(captured.sum()).add(x)), { xla, name: "add" }) };
  };

  test("are compiled once, and each keeps its variables and captured tensors", () => {
    const before = sessionCounts();
    const [first, second] = [adder(0, 1), adder(100, 10)];
    for (let i = 0; i < 3; i++) {
      first.add(tf.scalar(0));
      second.add(tf.scalar(0.5));
    }
    first.add(tf.scalar(0));
    expect([values(first.v), values(second.v)]).toEqual(
      [[4], [131.5]].map((numbers) => numbers.map((number) => expect.closeTo(number, 3))),
    );
    const after = sessionCounts();
    expect([after.loaded - before.loaded, after.shared - before.shared]).toEqual([1, 1]);
  });

  test("take turns in any order, with tensors that share a variable's value", () => {
    const [first, second] = [adder(0, 1), adder(100, 10)];
    first.add(tf.scalar(0));
    const alias = first.v.clone();
    second.add(tf.scalar(0));
    first.add(tf.scalar(0));
    first.add.dispose();
    second.add(tf.scalar(0));
    expect([values(alias), values(first.v), values(second.v)]).toEqual(
      [[1], [2], [120]].map((numbers) => numbers.map((number) => expect.closeTo(number, 3))),
    );
  });
});

test("graphs that differ in a constant alone are not shared, whatever the constant", () => {
  const constants = [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY, Number.NaN, -0, 0, 1e-45];
  const functions = constants.map((constant) =>
    jit((x: tf.Tensor) => [tf.add(x, constant), tf.div(1, tf.mul(x, constant))], { name: "constant" }),
  );
  for (const [i, fn] of functions.entries()) {
    const constant = constants[i]!;
    const [sum, inverse] = fn(tf.scalar(1)).map((result) => values(result)[0]);
    expect(sum).toBe(Math.fround(1 + constant));
    expect(inverse).toBe(Math.fround(1 / Math.fround(constant)));
  }
});

test("graphs that nobody uses are kept for the next model, and not more of them than a few", () => {
  const v = tf.variable(tf.scalar(0));
  for (let i = 0; i < 60; i++) {
    const add = jit(() => v.assign(v.add(i + 0.5)), { name: "next" });
    add();
    add.dispose();
  }
  expect(sessionCounts().idle).toBeLessThanOrEqual(24);
  expect(values(v)).toEqual([60 * 30]);
});

test("equal models share the programs of fit, whatever their seeds, and compute what they compute alone", async () => {
  const trained = async (seed: number) => {
    const model = smallVae();
    const options = { ...quiet, seed, epochs: 2, batchSize: 8, validation: pictures(20, 16, 3) };
    await fit(
      model,
      tf.tidy(() => rng(seed).bernoulli(tf.fill([32, 16], 0.3))),
      options,
    );
    return numbers(model.variables());
  };
  const first = await trained(1);
  const before = sessionCounts();
  await trained(2);
  expect(await trained(1)).toEqual(first);
  const after = sessionCounts();
  expect(after.loaded).toBe(before.loaded);
  expect(after.shared - before.shared).toBe(4);
});
