import vm from "node:vm";
import { afterEach, describe, expect, test, vi } from "vitest";
import { jit } from "../../src/jit/jit";
import { withLearningRate } from "../../src/jit/learning-rate";
import { resetTracing } from "../../src/jit/reset-tracing";
import { tf } from "../../src/runtime/tensorflow";
import { tolerance } from "../tolerance";
import { expectClose } from "./agree";

const place = globalThis as { brokenOff?: () => void };
afterEach(() => tf.disposeVariables());

/**
 * Runs code and ends it without running any `finally` block, like an interrupt of the kernel. The code must reach an endless
 * loop. Otherwise the speed of the machine would decide where it ends.
 */
function breakOff(run: () => void): void {
  place.brokenOff = run;
  expect(() => vm.runInThisContext("brokenOff()", { timeout: 300 })).toThrow("timed out");
  delete place.brokenOff;
}

const forever = (): void => {
  for (;;) Math.sqrt(2);
};

/** A variable, a compiled training step, and a way to make the step hang at a given place. */
function training() {
  const w = tf.variable(tf.tensor1d([1, 2]));
  const optimizer = tf.train.adam(0.1);
  let hang = "";
  const at = (where: string) => (hang === where ? forever() : undefined);
  const step = jit((x: tf.Tensor, rate: number) => {
    at("before");
    const { value, grads } = tf.variableGrads(() => {
      at("in the gradient");
      return tf.tidy(() => {
        const loss = tf.sum(tf.square(tf.sub(x, w))) as tf.Scalar;
        at("in a scope");
        return loss;
      });
    }, [w]);
    withLearningRate(optimizer, rate as never, () => {
      at("at a learning rate");
      optimizer.applyGradients(grads as never);
      at("after an assignment");
    });
    return value;
  });
  return { w, step, optimizer, hangAt: (where: string) => (hang = where) };
}

const x = () => tf.tensor1d([5, 5]);

/** The variable after some steps without an interrupt. */
function reference(steps = 3): number[] {
  const { step, w } = training();
  for (let i = 0; i < steps; i++) step(x(), 0.1).dispose();
  return [...w.dataSync()];
}

describe("code that is broken off while it is traced", () => {
  test.each([
    "before",
    "in the gradient",
    "in a scope",
    "at a learning rate",
    "after an assignment",
  ])("%s: tracing is idle again, and training gives what it always gives", (where) => {
    const { step, w, optimizer, hangAt } = training();
    const { random } = Math;
    const { executeSingleOutput } = tf.backend() as unknown as { executeSingleOutput: unknown };
    hangAt(where);
    breakOff(() => step(x(), 0.1));
    hangAt("");
    resetTracing();
    expect(Math.random).toBe(random);
    expect((tf.backend() as unknown as { executeSingleOutput: unknown }).executeSingleOutput).toBe(executeSingleOutput);
    expect((optimizer as unknown as { learningRate: number }).learningRate).toBe(0.1);
    expect([...w.dataSync()]).toEqual([1, 2]);
    expect(
      tf
        .grad((y) => tf.square(y))(tf.scalar(3))
        .dataSync()[0],
    ).toBe(6);
    for (let i = 0; i < 3; i++) step(x(), 0.1).dispose();
    expectClose(w, tf.tensor1d(reference()), tolerance.float32);
    // Eager training also works.
    const eager = tf.variable(tf.scalar(1));
    const loss = tf.train.sgd(0.5).minimize(() => tf.square(eager) as tf.Scalar, true);
    expect([loss!.dataSync()[0], eager.dataSync()[0]]).toEqual([1, 0]);
  });

  test("op by op, outside of any trace", () => {
    const w = tf.variable(tf.scalar(1));
    breakOff(() => {
      tf.train.sgd(0.5).minimize(() => {
        const loss = tf.square(w) as tf.Scalar;
        forever();
        return loss;
      });
    });
    resetTracing();
    tf.train.sgd(0.5).minimize(() => tf.square(w) as tf.Scalar);
    expect(w.dataSync()[0]).toBe(0);
  });
});

test("a compiled step that is broken off between its run and the variables goes on from their values", () => {
  const { step, w } = training();
  step(x(), 0.1).dispose();
  // Because the variable was read, the next run must assign new data to it. That assignment hangs.
  w.dataSync();
  const hanging = vi.spyOn(tf.Variable.prototype, "assign").mockImplementation(() => forever() as never);
  try {
    breakOff(() => step(x(), 0.1));
  } finally {
    hanging.mockRestore();
  }
  resetTracing();
  const before = [...w.dataSync()];
  step(x(), 0).dispose();
  expectClose(w, tf.tensor1d(before), tolerance.float32);
});

test("while nothing is broken off it changes nothing", () => {
  const { step, w } = training();
  step(x(), 0.1).dispose();
  resetTracing();
  const kept = tf.tidy(() => {
    const inside = tf.scalar(1);
    resetTracing();
    return inside.add(1);
  });
  expect(kept.dataSync()[0]).toBe(2);
  step(x(), 0.1).dispose();
  expectClose(w, tf.tensor1d(reference(2)), tolerance.float32);
});

test("the kernel finds it under a symbol of the process", () => {
  const known = (globalThis as unknown as Record<symbol, Set<unknown>>)[Symbol.for("elbo-lab.resetAfterBreak")];
  expect(known!.has(resetTracing)).toBe(true);
});
