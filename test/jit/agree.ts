import { expect } from "vitest";
import { type Jitted, jit } from "../../src/jit/jit";
import { tf } from "../../src/runtime/tensorflow";
import { tolerance } from "../tolerance";

/** The two ways to compile a function. */
export const modes = [
  { mode: "compiled", xla: false },
  { mode: "compiled with XLA", xla: true },
] as const;

/** Asserts that two tensors have the same type, shape and values. The error is relative to 1 + |value|. */
export function expectClose(actual: tf.Tensor, expected: tf.Tensor, within: number = tolerance.float32): void {
  expect([actual.dtype, actual.shape]).toEqual([expected.dtype, expected.shape]);
  const difference = tf.tidy(() => {
    const [a, b] = [actual.toFloat(), expected.toFloat()];
    return a.sub(b).abs().div(b.abs().add(1)).max().dataSync()[0];
  });
  if (expected.size > 0) expect(difference).toBeLessThanOrEqual(within);
}

/** A computation with variables. It is created once per way of running it, always with the same initial values. */
export interface Experiment<A extends unknown[]> {
  step: (...args: A) => tf.Tensor;
  /** The variables that it changes; call this after the first step. */
  variables: () => tf.Variable[];
}

/** Runs an experiment eagerly and compiled. The results must agree at every step, and the variables must agree at the end. */
export function expectAgreement<A extends unknown[]>(
  make: () => Experiment<A>,
  argumentLists: A[],
  xla: boolean,
  within?: number,
): Jitted<A, tf.Tensor> {
  const [eager, compiled] = [make(), make()];
  const run = jit(compiled.step, { xla });
  for (const args of argumentLists) {
    const expected = tf.tidy(() => eager.step(...args));
    expectClose(run(...args), expected, within);
  }
  const [expected, actual] = [eager.variables(), compiled.variables()];
  expect(actual.length).toBe(expected.length);
  for (const [i, variable] of expected.entries()) expectClose(actual[i]!, variable, within);
  expect(run.stats).toEqual({ traces: 1, runs: argumentLists.length });
  return run;
}

/** Sets the weights of a network to fixed values. */
export function seedWeights(model: tf.LayersModel): tf.LayersModel {
  tf.tidy(() =>
    model.setWeights(
      model.getWeights().map((weight, i) => {
        const { size, shape } = weight;
        const values = tf.range(0, size).add(i).mul(12.9898).sin().mul(0.3).reshape(shape);
        return (weight as tf.Variable).name.includes("variance") ? values.abs().add(0.1) : values;
      }),
    ),
  );
  return model;
}
