import { afterEach, expect, test, vi } from "vitest";
import { tf } from "../../src/runtime/tensorflow";
import { suitsXla } from "../../src/training/suits-xla";

afterEach(() => vi.unstubAllEnvs());

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

test("XLA is not for a process whose ops have fewer threads than there are threads for ops", () => {
  tf.tidy(() => {
    const dense = tf.variable(tf.zeros([784, 512]));
    const suits = (perOp: string, forOps: string): boolean => {
      vi.stubEnv("TF_NUM_INTRAOP_THREADS", perOp);
      vi.stubEnv("TF_NUM_INTEROP_THREADS", forOps);
      return suitsXla([dense], 1000);
    };
    expect(suits("1", "2")).toBe(false);
    expect(suits("1", "1")).toBe(true);
    expect(suits("4", "2")).toBe(true);
    expect(suits("0", "")).toBe(true); // both as many as there are cores
    dense.dispose();
  });
});
