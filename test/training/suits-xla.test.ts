import { expect, test } from "vitest";
import { tf } from "../../src/runtime/tensorflow";
import { suitsXla } from "../../src/training/suits-xla";

test("XLA is for large models on many steps, and not for convolutions", () => {
  tf.tidy(() => {
    const dense = tf.variable(tf.zeros([784, 512]));
    const convolution = tf.variable(tf.zeros([3, 3, 64, 64]));
    expect(suitsXla([dense], 1000)).toBe(true);
    expect(suitsXla([dense], 50)).toBe(false);
    expect(suitsXla([dense, convolution], 10_000)).toBe(false);
    tf.dispose([dense, convolution]);
  });
});
