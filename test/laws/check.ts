import { expect } from "vitest";
import { tf } from "../../src/runtime/tensorflow";
import { tolerance } from "../tolerance";

/** Expects |got − wanted| ≤ allowed · (1 + |wanted|) everywhere, NaN nowhere, and as many numbers. */
export function expectClose(got: ArrayLike<number>, wanted: ArrayLike<number>, allowed: number, label = ""): void {
  expect(got.length, `${label}: count`).toBe(wanted.length);
  for (let i = 0; i < wanted.length; i++) {
    const [a, b] = [got[i] as number, wanted[i] as number];
    const good = a === b || Math.abs(a - b) <= allowed * (1 + Math.abs(b));
    if (!good) expect.fail(`${label}[${i}]: got ${a}, wanted ${b}, allowed ${allowed}·(1 + |wanted|)`);
  }
}

/**
 * Expects the mean of seeded draws to lie within the allowed standard errors of the truth, column by column.
 *
 * @param draws [n, columns]
 */
export function expectMean(draws: tf.Tensor, truth: ArrayLike<number>, label = ""): void {
  const [n = 1, columns = 1] = draws.shape;
  expect(columns, `${label}: columns`).toBe(truth.length);
  const values = draws.dataSync();
  for (let column = 0; column < columns; column++) {
    let sum = 0;
    let squares = 0;
    for (let i = 0; i < n; i++) sum += values[i * columns + column] as number;
    const mean = sum / n;
    for (let i = 0; i < n; i++) squares += ((values[i * columns + column] as number) - mean) ** 2;
    const error = Math.sqrt(squares / (n - 1) / n);
    const wanted = truth[column] as number;
    // What float32 cannot resolve is no disagreement: a constant has no standard error.
    const slack = tolerance.float32 * (1 + Math.abs(wanted));
    const good = Math.abs(mean - wanted) <= tolerance.monteCarlo * error + slack;
    if (!good) expect.fail(`${label}[${column}]: mean ${mean} ± ${error} (n = ${n}), wanted ${wanted}`);
  }
}

/** All of a tensor's numbers are finite. */
export function expectFinite(t: tf.Tensor, label: string): void {
  const values = t.dataSync();
  const bad = values.findIndex((v) => !Number.isFinite(v));
  if (bad >= 0) expect.fail(`${label}[${bad}] is ${values[bad]}`);
}

/** The number of tensors alive after `body`, less those before: what it leaked. */
export function leaked(body: () => void): number {
  const before = tf.memory().numTensors;
  body();
  return tf.memory().numTensors - before;
}

/** The gradient of a scalar; zero where it does not depend on its argument, for which tfjs would throw. */
export function gradientOf(f: (x: tf.Tensor) => tf.Tensor, x: tf.Tensor): tf.Tensor {
  return tf.grad((t) => tf.add(f(t), tf.mul(t, 0).sum()))(x);
}
