import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { digamma, logGamma } from "../../src/distributions/gamma-functions";
import { logSumExp } from "../../src/distributions/log-sum-exp";
import { perExample } from "../../src/distributions/per-example";
import { lowerTriangle, solveLower } from "../../src/distributions/triangular";
import { stopGradient } from "../../src/runtime/stop-gradient";
import { tf } from "../../src/runtime/tensorflow";
import { expectClose } from "../laws/check";
import { tolerance } from "../tolerance";

beforeEach(() => tf.engine().startScope());
afterEach(() => tf.engine().endScope());

describe("logSumExp", () => {
  it("does not overflow, and has the softmax as gradient", () => {
    const x = tf.tensor2d([
      [1e4, 1e4],
      [-1e4, -1e4 + 1],
    ]);
    expectClose(logSumExp(x, -1).dataSync(), [1e4 + Math.LN2, -1e4 + Math.log1p(Math.E)], tolerance.float32);
    expectClose(
      tf
        .grad((t) => logSumExp(t, 1).sum())(x)
        .dataSync(),
      tf.softmax(x).dataSync(),
      tolerance.float32,
    );
  });

  it("of −Infinity alone is −Infinity, with gradient 0 and no NaN", () => {
    const x = tf.tensor2d([
      [-Infinity, -Infinity],
      [-Infinity, 0],
    ]);
    expect([...logSumExp(x, 1).dataSync()]).toEqual([-Infinity, 0]);
    expect([
      ...tf
        .grad((t) => logSumExp(t, 1).sum())(x)
        .dataSync(),
    ]).toEqual([0, 0, 0, 1]);
  });

  it("reduces the first axis too", () => {
    const x = tf.tensor2d([
      [0, 1],
      [2, 3],
      [4, 5],
    ]);
    expectClose(logSumExp(x, 0).dataSync(), tf.logSumExp(x, 0).dataSync(), tolerance.float32);
  });
});

describe("gamma functions", () => {
  const x = [0.1, 0.5, 1, 2, 5.5, 30];
  it("logGamma at whole numbers is the logarithm of a factorial", () => {
    expectClose(logGamma(tf.tensor1d([1, 2, 3, 7])).dataSync(), [0, 0, Math.LN2, Math.log(720)], tolerance.float32);
  });

  it("digamma is the derivative of logGamma, and has one itself", () => {
    const gradient = tf.grad((t) => logGamma(t).sum())(tf.tensor1d(x));
    expectClose(gradient.dataSync(), digamma(tf.tensor1d(x)).dataSync(), tolerance.exact);
    // ψ(x + 1) = ψ(x) + 1/x, and its derivative ψ′(x + 1) = ψ′(x) − 1/x²
    const shifted = digamma(tf.tensor1d(x).add(1)).sub(digamma(tf.tensor1d(x)));
    expectClose(
      shifted.dataSync(),
      x.map((v) => 1 / v),
      tolerance.reference,
    );
    const trigamma = tf.grad((t) => digamma(t).sum());
    const difference = trigamma(tf.tensor1d(x)).sub(trigamma(tf.tensor1d(x).add(1)));
    expectClose(
      difference.dataSync(),
      x.map((v) => 1 / v ** 2),
      tolerance.reference,
    );
    expectClose(trigamma(tf.tensor1d([1])).dataSync(), [Math.PI ** 2 / 6], tolerance.reference);
  });
});

describe("triangular", () => {
  it("solveLower solves, and has gradients by both arguments", () => {
    const l = tf.tensor3d([
      [
        [2, 0],
        [1, 4],
      ],
    ]);
    const b = tf.tensor3d([[[2], [9]]]);
    expectClose(solveLower(l, b).dataSync(), [1, 2], tolerance.float32);
    const [byL, byB] = tf.grads((l: tf.Tensor, b: tf.Tensor) => solveLower(l, b).sum())([l, b]);
    // x₁ = b₁/l₁₁, x₂ = (b₂ − l₂₁ x₁)/l₂₂; S = x₁ + x₂
    expectClose((byB as tf.Tensor).dataSync(), [0.5 - 1 / 8, 0.25], tolerance.float32);
    expectClose((byL as tf.Tensor).dataSync(), [-(0.5 - 1 / 8), 0, -0.25, -0.5], tolerance.float32);
  });

  it("lowerTriangle zeroes values and gradients above the diagonal", () => {
    const m = tf.tensor3d([
      [
        [1, 2],
        [3, 4],
      ],
    ]);
    expect([...lowerTriangle(m).dataSync()]).toEqual([1, 0, 3, 4]);
    expect([
      ...tf
        .grad((t) => lowerTriangle(t).sum())(m)
        .dataSync(),
    ]).toEqual([1, 0, 1, 1]);
  });
});

describe("stopGradient", () => {
  it("makes a constant of what it computes", () => {
    const gradient = tf.grad((x) =>
      tf
        .mul(
          x,
          stopGradient(() => tf.square(x)),
        )
        .sum(),
    )(tf.tensor1d([3]));
    expect([...gradient.dataSync()]).toEqual([9]);
  });

  it("leaves the gradient of the tensor itself alone when that is what it returns", () => {
    const gradient = tf.grad((x) =>
      tf
        .mul(
          x,
          stopGradient(() => x),
        )
        .sum(),
    )(tf.tensor1d([3]));
    expect([...gradient.dataSync()]).toEqual([3]);
  });

  it("disposes of what it made on the way", () => {
    const x = tf.tensor1d([3]);
    const before = tf.memory().numTensors;
    const y = stopGradient(() => tf.square(x).add(1).mul(2));
    expect(tf.memory().numTensors).toBe(before + 1);
    y.dispose();
  });
});

describe("perExample", () => {
  it("passes a float vector and refuses anything else", () => {
    const t = tf.tensor1d([1, 2]);
    expect(perExample(t)).toBe(t);
    expect(() => perExample(tf.scalar(1), "rate")).toThrow(
      /rate must be a float32 tensor of shape \[batch\].*but got a tensor of type float32 and shape \[\]/,
    );
    expect(() => perExample(tf.zeros([2, 3]))).toThrow(
      /one number per example, but got a tensor of type float32 and shape \[2,3\]/,
    );
    expect(() => perExample(tf.tensor1d([1], "int32"))).toThrow(/int32/);
  });
});
