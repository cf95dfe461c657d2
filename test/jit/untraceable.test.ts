import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { UntraceableError } from "../../src/jit/errors";
import { jit } from "../../src/jit/jit";
import { rng } from "../../src/runtime/rng";
import { tf } from "../../src/runtime/tensorflow";

beforeEach(() => tf.engine().startScope());
afterEach(() => tf.engine().endScope());

const reading = "reads the value of a tensor that depends on the arguments or on a variable";
const frozen = "makes a tensor from JavaScript values inside the compiled function";
const hidden = "draws random numbers from a hidden state";

/** Functions that cannot be traced, with the message, which names the call as the user wrote it. */
const cases: Record<string, { fn: (x: tf.Tensor) => unknown; message: string; fix: string }> = {
  dataSync: { fn: (x) => x.add(1).dataSync(), message: `dataSync ${reading}`, fix: "read it outside" },
  arraySync: { fn: (x) => x.arraySync(), message: `arraySync ${reading}`, fix: "read it outside" },
  print: { fn: (x) => x.print(), message: `print ${reading}`, fix: "print outside" },
  "control flow on a value": {
    fn: (x) => (x.sum().dataSync()[0]! > 0 ? x : x.neg()),
    message: `dataSync ${reading}`,
    fix: "tf.where()",
  },
  "a tensor of random numbers": {
    fn: (x) => x.add(tf.randomNormal([3])),
    message: `randomNormal ${frozen}`,
    fix: "rng(key)",
  },
  "seeded random numbers of JavaScript": {
    fn: (x) => x.add(tf.randomUniform([3], 0, 1, "float32", 7)),
    message: `randomUniform ${frozen}`,
    fix: "rng(key)",
  },
  "one random number": {
    fn: (x) => x.mul(Math.random()),
    message: `random ${frozen}`,
    fix: "rng(key)",
  },
  "JavaScript's shuffling": {
    fn: (x) => x.gather(tf.tensor1d(Array.from(tf.util.createShuffledIndices(3)), "int32")),
    message: `createShuffledIndices ${frozen}`,
    fix: "rng(key)",
  },
  "tf.dropout": { fn: (x) => tf.dropout(x, 0.5), message: `dropout ${frozen}`, fix: "this library's layers" },
  "a literal": {
    fn: (x) => x.add(tf.tensor1d([0.1, 0.2, 0.3])),
    message: `tensor1d ${frozen}`,
    fix: "Make fixed tensors outside the function",
  },
  "native random numbers without a key": {
    fn: (x) => x.add(tf.multinomial(tf.ones([1, 3]) as tf.Tensor2D, 3).toFloat()),
    message: `multinomial ${hidden} (op Multinomial)`,
    fix: "rng(key)",
  },
  "a key that stays the same": {
    fn: (x) => x.add(rng(1).normal([3])),
    message: "draws with a key that is fixed when the function is compiled",
    fix: "as an argument",
  },
  "a shape that depends on values": {
    fn: (x) => tf.unique(x).values,
    message: "unique has a result whose shape depends on values (op UniqueV2)",
    fix: "mask with tf.where()",
  },
  "reading inside a gradient": {
    fn: (x) => tf.grad((y) => y.square().exp().mul(y.square().dataSync()[0]!).sum())(x),
    message: `dataSync ${reading}`,
    fix: "read it outside",
  },
  "an asynchronous function": {
    fn: async (x) => x,
    message: "the function is asynchronous",
    fix: "synchronous function",
  },
};

describe.each(Object.entries(cases))("%s", (_, { fn, message, fix }) => {
  test("is refused by name, with the line and the way out", () => {
    vi.spyOn(console, "log").mockImplementation(() => {});
    const call = () => jit(fn)(tf.tensor1d([1, 2, 3]));
    expect(call).toThrow(UntraceableError);
    expect(call).toThrow(message);
    expect(call).toThrow(fix);
    if (!message.startsWith("the function")) expect(call).toThrow(/, at \S*untraceable\.test\.ts:\d+:\d+\. /);
    vi.restoreAllMocks();
  });

  test("leaves everything as it was", () => {
    const v = tf.variable(tf.tensor1d([1, 2, 3]));
    const optimizer = tf.train.adam(0.1);
    const x = tf.tensor1d([1, 2, 3]);
    const good = jit(() => v.mul(2));
    good();
    const before = tf.memory();
    const bad = jit((x: tf.Tensor) => {
      optimizer.minimize(() => v.square().sum() as tf.Scalar, false, [v]);
      v.assign(v.add(x));
      return fn(v.mul(1)) as tf.Tensor;
    });
    vi.spyOn(console, "log").mockImplementation(() => {});
    expect(() => bad(x)).toThrow(UntraceableError);
    vi.restoreAllMocks();
    expect(Array.from(v.dataSync())).toEqual([1, 2, 3]);
    expect([optimizer.iterations, bad.stats]).toEqual([0, { traces: 0, runs: 0 }]);
    // Only the slots that the optimizer created remain.
    expect(tf.memory().numTensors - before.numTensors).toBe(2);
    expect([tf.randomNormal([2, 2]).size, Math.random() < 1, x.gather(tf.tensor1d([0], "int32")).size]).toEqual([
      4,
      true,
      1,
    ]);
    expect(Array.from(good().dataSync())).toEqual([2, 4, 6]);
    const backend = tf.backend();
    for (const hooked of ["executeSingleOutput", "executeMultipleOutputs", "write", "readSync", "read"]) {
      expect(Object.hasOwn(backend, hooked)).toBe(false);
    }
    expect(Object.hasOwn(tf.engine(), "makeVariable")).toBe(false);
  });
});

describe("what JavaScript may do inside", () => {
  test("make scalars, shapes, index lists, and tensors of one value", () => {
    const f = jit((x: tf.Tensor) =>
      tf.concat([x.add(0.5), tf.ones([2]), tf.zeros([2]), x.gather([2, 0]), x.pad([[1, 0]], 0.25), tf.fill([1], 7)]),
    );
    expect(Array.from(f(tf.tensor1d([1, 2, 3])).dataSync())).toEqual([
      ...[1.5, 2.5, 3.5, 1, 1, 0, 0, 3, 1, 0.25, 1, 2, 3, 7],
    ]);
  });

  test("read values that depend on no argument, and decide by shapes", () => {
    const captured = tf.tensor1d([3, 4]);
    const f = jit((x: tf.Tensor) => x.mul(captured.dataSync()[1]!).add(x.shape[0]!));
    expect(Array.from(f(tf.tensor1d([1, 2])).dataSync())).toEqual([6, 10]);
  });

  test("make tensors whose values do not matter to the result", () => {
    const f = jit((x: tf.Tensor) => {
      tf.randomNormal([3]).add(1).dataSync();
      return x.add(1);
    });
    expect(Array.from(f(tf.scalar(1)).dataSync())).toEqual([2]);
  });
});

test.each<[string, (beta: number) => number]>([
  ["2 * beta", (beta) => 2 * beta],
  ["beta > 0", (beta) => (beta > 0 ? 1 : 0)],
  ["Math.min(beta, 1)", (beta) => Math.min(beta, 1)],
])("%s of a number among the arguments is refused rather than frozen as NaN", (_, compute) => {
  const f = jit((x: tf.Tensor, beta: number) => x.mul(compute(beta)));
  const call = () => f(tf.ones([2]), 0.5);
  expect(call).toThrow(
    /JavaScript computes with a tensor as if it were a number .*untraceable\.test\.ts:\d+:\d+\. .*tf\.mul/,
  );
  expect(Object.hasOwn(tf.Tensor.prototype, "valueOf")).toBe(false);
});

test("an error of the function itself passes through unchanged", () => {
  const f = jit((x: tf.Tensor) => x.matMul(tf.ones([5, 5])));
  expect(() => f(tf.ones([2, 3]))).toThrow("Matrix size-incompatible: In[0]: [2,3], In[1]: [5,5]");
});

test("an error of a run names the function", () => {
  const take = jit((x: tf.Tensor, i: tf.Tensor) => x.gather(i), { name: "take" });
  const index = (i: number) => tf.tensor1d([i], "int32");
  expect(Array.from(take(tf.tensor1d([5, 6]), index(1)).dataSync())).toEqual([6]);
  expect(() => take(tf.tensor1d([5, 6]), index(2))).toThrow(/^take: .*indices\[0\] = 2 is not in \[0, 2\)/);
  expect(Array.from(take(tf.tensor1d([5, 6]), index(0)).dataSync())).toEqual([5]);
});

test.each([
  [() => jit(3 as never), "jit(): fn must be a function, but got 3."],
  [
    () => jit((x: string) => tf.scalar(x.length), { name: "len" })("a"),
    "len(): every argument must be a tensor of numbers, a number, or arrays and plain objects of these, but got 'a'.",
  ],
  [() => jit((x: tf.Tensor) => x)(tf.tensor(["a"])), "jitted(): every argument must be a tensor of numbers"],
])("arguments are checked: %#", (call, message) => {
  expect(call).toThrow(message);
});
