import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { sessionConfig, threadsFor } from "../../src/jit/session-threads";
import { trace } from "../../src/jit/trace";
import { tf } from "../../src/runtime/tensorflow";

beforeEach(() => tf.engine().startScope());
afterEach(() => {
  tf.engine().endScope();
  vi.unstubAllEnvs();
});

/** How a session would use the cores for a function of one tensor. */
function threads(fn: (x: tf.Tensor) => tf.Tensor, shape: number[]) {
  const { graph, captures } = trace(fn as never, [tf.zeros(shape)]);
  tf.dispose([...captures.values()]);
  return threadsFor(graph.nodes);
}

describe("a session runs ops whole, side by side", () => {
  test("where all of them are small", () => {
    expect(threads((x) => x.matMul(tf.ones([512, 784])).relu(), [128, 512])).toBe("narrow");
  });

  test("also where a small batch is gathered from a large data set", () => {
    const data = tf.zeros([10_000, 784]);
    expect(threads((indices) => tf.gather(data, indices.toInt() as tf.Tensor1D).mul(2), [128])).toBe("narrow");
  });
});

describe("a session cuts ops into pieces", () => {
  test.each<[string, (x: tf.Tensor) => tf.Tensor, number[]]>([
    [
      "a convolution",
      (x) => tf.conv2d(x as tf.Tensor4D, tf.ones([3, 3, 1, 2]) as tf.Tensor4D, 1, "same"),
      [1, 8, 8, 1],
    ],
    ["a product of many terms", (x) => x.matMul(tf.ones([2048, 512])), [512, 2048]],
    ["a large result", (x) => x.mul(2), [1024, 1024]],
  ])("for %s", (_, fn, shape) => {
    expect(threads(fn, shape)).toBe("wide");
  });
});

test("the options are a ConfigProto with the environment's threads", () => {
  vi.stubEnv("TF_NUM_INTRAOP_THREADS", "300");
  vi.stubEnv("TF_NUM_INTEROP_THREADS", "2");
  // Field 2: 300 as a varint; field 5: 2; field 9: true.
  expect(sessionConfig("wide")).toBe("10ac0228024801");
  expect(sessionConfig("narrow")).toBe("100128024801");
});
