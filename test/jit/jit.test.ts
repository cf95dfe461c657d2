import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { jit } from "../../src/jit/jit";
import { sessionCounts } from "../../src/jit/shared-session";
import { rng } from "../../src/runtime/rng";
import { tf } from "../../src/runtime/tensorflow";
import { expectClose, modes } from "./agree";

beforeEach(() => tf.engine().startScope());
afterEach(() => tf.engine().endScope());

const values = (tensor: tf.Tensor): number[] => Array.from(tensor.dataSync());

describe.each(modes)("a function, $mode", ({ xla }) => {
  test("is traced once for each nesting, element type and shape", () => {
    const sum = jit((xs: tf.Tensor[]) => tf.addN(xs.map((x) => x.toFloat())), { xla });
    const calls: [tf.Tensor[], number][] = [
      [[tf.ones([2]), tf.ones([2])], 1],
      [[tf.zeros([2]), tf.ones([2])], 1],
      [[tf.ones([3]), tf.ones([3])], 2],
      [[tf.ones([3], "int32"), tf.ones([3])], 3],
      [[tf.ones([3])], 4],
      [[tf.ones([2]), tf.ones([2])], 4],
    ];
    for (const [xs, traces] of calls) {
      expect(values(sum(xs))).toEqual(values(tf.addN(xs.map((x) => x.toFloat()))));
      expect(sum.stats.traces).toBe(traces);
    }
    expect(sum.stats.runs).toBe(calls.length);
  });

  test("takes numbers as inputs, and nested structures both ways", () => {
    const f = jit(
      ({ batch, schedule }: { batch: { x: tf.Tensor; y: tf.Tensor[] }; schedule: { beta: number } }) => ({
        terms: [batch.x.mul(schedule.beta), { sum: batch.x.sum().add(batch.y[0]!) }],
        count: batch.x.shape[0],
        label: "train",
      }),
      { xla },
    );
    for (const beta of [0.5, 2]) {
      const result = f({ batch: { x: tf.tensor1d([1, 2]), y: [tf.scalar(4)] }, schedule: { beta } });
      const [scaled, { sum }] = result.terms as [tf.Tensor, { sum: tf.Tensor }];
      expect([values(scaled), values(sum), result.count, result.label]).toEqual([[beta, 2 * beta], [7], 2, "train"]);
    }
    expect(f.stats).toEqual({ traces: 1, runs: 2 });
  });

  test("may return its input, a constant, a variable, one tensor twice, several outputs of one op, or no tensor", () => {
    const constant = tf.tensor1d([8, 9]);
    const v = tf.variable(tf.scalar(3));
    const f = jit((x: tf.Tensor) => [x, constant, v, x, ...tf.split(x, 2), ...tf.unstack(x.add(1))], { xla });
    expect(f(tf.tensor1d([1, 2])).map(values)).toEqual([[1, 2], [8, 9], [3], [1, 2], [1], [2], [2], [3]]);
    expect(jit((x: tf.Tensor) => x.rank, { xla })(tf.ones([1, 1]))).toBe(2);
    v.dispose();
  });

  test("tells apart inputs that share their data, and inputs from captured tensors", () => {
    const x = tf.tensor1d([1, 2]);
    const f = jit((a: tf.Tensor, b: tf.Tensor) => tf.stack([a, b, x]), { xla });
    f(x, x);
    expect(f(tf.tensor1d([3, 4]), tf.tensor1d([5, 6])).arraySync()).toEqual([
      [3, 4],
      [5, 6],
      [1, 2],
    ]);
  });

  test("holds large captured tensors in memory, not in its graph, even after they are disposed of", () => {
    const data = tf.range(0, 60_000 * 10).reshape([60_000, 10]);
    const batch = jit((indices: tf.Tensor1D) => tf.gather(data, indices).sum(1), { xla });
    const indices = tf.tensor1d([3, 59_999], "int32");
    const expected = values(tf.gather(data, indices).sum(1));
    expect(values(batch(indices))).toEqual(expected);
    data.dispose();
    expect(values(batch(indices))).toEqual(expected);
    expect(batch.graph()).toContain("captured_0: float32[60000, 10] = Placeholder()");
    const before = tf.memory().numBytes;
    batch.dispose();
    expect(before - tf.memory().numBytes).toBe(60_000 * 10 * 4);
  });

  test("may call another compiled function, which becomes part of its graph", () => {
    const inner = jit((x: tf.Tensor) => x.square(), { xla });
    const outer = jit((x: tf.Tensor) => inner(x).add(1), { xla });
    expect([values(outer(tf.scalar(2))), values(outer(tf.scalar(3)))]).toEqual([[5], [10]]);
    expect([inner.stats, outer.stats]).toEqual([
      { traces: 0, runs: 0 },
      { traces: 1, runs: 2 },
    ]);
  });

  test("treats bool, int32 and float32, zero and one elements, and higher-rank tensors alike", () => {
    const f = jit((x: tf.Tensor) => [x.toFloat().mul(2), x.cast("bool"), tf.logicalNot(x.cast("bool"))], { xla });
    for (const x of [
      tf.tensor1d([0, 1], "int32"),
      tf.tensor2d([], [0, 3]),
      tf.ones([2, 1, 3, 1, 2]),
      tf.scalar(true),
    ]) {
      const expected = [x.toFloat().mul(2), x.cast("bool"), tf.logicalNot(x.cast("bool"))];
      for (const [i, actual] of f(x).entries()) expectClose(actual, expected[i]!);
    }
  });

  test("gives gradients of gradients", () => {
    const f = (x: tf.Tensor) =>
      tf.grad((y) =>
        tf
          .grad((z) => z.pow(3).sum())(y)
          .sum(),
      )(x);
    expectClose(jit(f, { xla })(tf.tensor1d([1, 2, 3])), tf.tensor1d([6, 12, 18]));
  });

  test("runs in constant memory of tensors", () => {
    const f = jit((x: tf.Tensor, beta: number, key: tf.Tensor1D) => [x.mul(beta), rng(key).normal([2])], { xla });
    const [x, key] = [tf.ones([2]), rng(1).key];
    tf.dispose(f(x, 0, key));
    const before = tf.memory();
    for (let i = 0; i < 100; i++) tf.tidy(() => void f(x, i, key));
    expect(tf.memory()).toEqual(before);
  });
});

test("a function that nobody holds any more frees its programs", async () => {
  setFlagsFromString("--expose-gc");
  const collectGarbage = runInNewContext("gc") as () => void;
  const v = tf.variable(tf.scalar(0));
  const used = () => sessionCounts().open - sessionCounts().idle;
  const before = used();
  for (let i = 0; i < 5; i++) jit(() => v.assign(v.add(1 + 2 ** i)))();
  expect(used()).toBe(before + 5);
  for (let i = 0; i < 20 && used() > before; i++) {
    collectGarbage();
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  // The last function may still be on the stack.
  expect(used()).toBeLessThanOrEqual(before + 1);
  expect(values(v)).toEqual([5 + 31]);
  v.dispose();
});

describe("the graph as text", () => {
  test("lists inputs, ops and outputs with their types", () => {
    const f = jit(function affine(x: tf.Tensor, slope: number) {
      return x.mul(slope).add(1);
    });
    expect(f.graph()).toBe("affine has not been traced yet");
    f(tf.ones([2, 3]), 4);
    expect(f.graph().split("\n").toSorted()).toEqual([
      "Add_4: float32[2, 3] = Add(Mul_2, Const_3)",
      "Const_3: float32[] = Const() {value: [1]}",
      "Mul_2: float32[2, 3] = Mul(input_0, input_1)",
      "input_0: float32[2, 3] = Placeholder() {shape: [2,3]}",
      "input_1: float32[] = Placeholder() {shape: []}",
      "output_0: float32[2, 3] = Identity(Add_4)",
    ]);
  });

  test("shows the function that XLA compiles", () => {
    const f = jit((x: tf.Tensor) => x.square().add(1), { xla: true, name: "f" });
    f(tf.ones([2]));
    expect(f.graph()).toContain("StatefulPartitionedCall(input_0)");
    expect(f.graph()).toContain("function f_body, compiled by XLA:\n  Square_1: float32[2] = Square(input_0)\n");
  });
});
