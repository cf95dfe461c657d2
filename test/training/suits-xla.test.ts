import { expect, test } from "vitest";
import { gamma } from "../../src/distributions/gamma";
import { trace } from "../../src/jit/trace";
import { rng } from "../../src/runtime/rng";
import { tf } from "../../src/runtime/tensorflow";
import { suitsXla } from "../../src/training/suits-xla";

/** Whether XLA suits the training step of a loss, for so many steps. */
function suits(loss: (w: tf.Variable) => tf.Scalar, shape: number[], steps: number): boolean {
  return tf.tidy(() => {
    const w = tf.variable(tf.ones(shape));
    const optimizer = tf.train.adam(0.1);
    const traced = trace(() => optimizer.minimize(() => loss(w), true)!, []);
    const answer = suitsXla(traced, steps);
    tf.dispose([...traced.captures.values()]);
    w.dispose();
    optimizer.dispose();
    return answer;
  });
}

const square = (w: tf.Variable): tf.Scalar => tf.sum(tf.square(w));

test("XLA is for many steps, fewer of them where tensors are large", () => {
  expect(suits(square, [4], 100_000)).toBe(true);
  expect(suits(square, [4], 1_000)).toBe(false);
  expect(suits(square, [1000, 1000], 1_000)).toBe(true);
  expect(suits(square, [1000, 1000], 10)).toBe(false);
});

test("XLA is not for convolutions, whose kernels are slower there", () => {
  const convolved = (w: tf.Variable): tf.Scalar =>
    tf.sum(tf.conv2d(tf.ones([1, 8, 8, 3]) as tf.Tensor4D, w as unknown as tf.Tensor4D, 1, "same"));
  expect(suits(convolved, [3, 3, 3, 8], 1e9)).toBe(false);
});

test("XLA is not for draws that only TensorFlow's kernels make", () => {
  tf.tidy(() => {
    const draw = (key: unknown) =>
      gamma({ concentration: tf.ones([1, 1]), rate: tf.ones([1, 1]) }).sample(rng(key as tf.Tensor1D), 3);
    const traced = trace(draw, [tf.tensor1d([1, 2], "int32")]);
    expect(suitsXla(traced, 1e9)).toBe(false);
    tf.dispose([...traced.captures.values()]);
  });
});
