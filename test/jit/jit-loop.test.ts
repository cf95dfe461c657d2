import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { gamma } from "../../src/distributions/gamma";
import { type JittedLoop, jitLoop } from "../../src/jit/jit-loop";
import { rng } from "../../src/runtime/rng";
import { tf } from "../../src/runtime/tensorflow";
import { tolerance } from "../tolerance";
import { expectClose, modes } from "./agree";

beforeEach(() => tf.engine().startScope());
afterEach(() => {
  tf.engine().endScope();
  tf.disposeVariables();
});

const values = (tensor: tf.Tensor): number[] => Array.from(tensor.dataSync());

/** Steps of Adam on batches of a data set, with noise. The inputs and results have different types and shapes. */
function training() {
  const w = tf.variable(tf.tensor1d([1, 2, 3]));
  const optimizer = tf.train.adam(0.1);
  const data = rng(1).normal([40, 3]);
  const step = (indices: tf.Tensor, number: tf.Tensor, weight: { scale: tf.Tensor }) =>
    tf.tidy(() => {
      const x = tf.gather(data, indices as tf.Tensor1D);
      const noise = rng(-5)
        .fold(number as tf.Scalar)
        .normal([4]);
      const { value, grads } = tf.variableGrads(
        () => tf.mean(tf.square(tf.sub(tf.sum(tf.mul(x, w), 1), noise))).mul(weight.scale) as tf.Scalar,
        [w],
      );
      optimizer.applyGradients([{ name: w.name, tensor: grads[w.name] as tf.Tensor }]);
      return { loss: value as tf.Tensor, noise, twice: [tf.stack([value, value.mul(2)]).reshape([2, 1])] };
    });
  return { w, optimizer, step };
}

/** The arguments of `room` steps, starting at step `first`. */
const stacks = (first: number, room = 10): [tf.Tensor, tf.Tensor, { scale: tf.Tensor }] => [
  tf
    .range(0, 4 * room, 1, "int32")
    .add(tf.scalar(4 * first, "int32"))
    .mod(tf.scalar(40, "int32"))
    .reshape([room, 4]),
  tf.range(first, first + room, 1, "int32"),
  {
    scale: tf
      .range(first, first + room, 1, "float32")
      .add(1)
      .div(10),
  },
];

/** The results of ten eager steps. */
function opByOp() {
  const { w, step, optimizer } = training();
  const [indices, numbers, { scale }] = stacks(0);
  const results = tf.unstack(indices).map((row, i) => {
    return step(row, tf.unstack(numbers)[i]!, { scale: tf.unstack(scale)[i]! });
  });
  return {
    w,
    optimizer,
    loss: tf.stack(results.map(({ loss }) => loss)),
    noise: tf.stack(results.map(({ noise }) => noise)),
    twice: tf.stack(results.map(({ twice }) => twice[0]!)),
  };
}

describe.each(modes)("a loop, $mode", ({ xla }) => {
  test("takes the steps that calls op by op take", () => {
    const eager = opByOp();
    const { w, step, optimizer } = training();
    const loop = jitLoop(step, { xla });
    const result = loop(10, ...stacks(0));
    expectClose(result.loss, eager.loss);
    expectClose(result.noise, eager.noise);
    expectClose(result.twice[0]!, eager.twice);
    expectClose(w, eager.w);
    expect(optimizer.iterations).toBe(eager.optimizer.iterations);
    expect(loop.stats).toEqual({ traces: 1, runs: 1 });
  });

  test("gives the very same numbers however many steps a run takes", () => {
    const taken = (counts: number[]) => {
      const { w, step } = training();
      const loop = jitLoop(step, { xla });
      let first = 0;
      const losses: number[] = [];
      for (const count of counts) {
        losses.push(...values(loop(count, ...stacks(first)).loss).slice(0, count));
        first += count;
      }
      expect(loop.stats).toEqual({ traces: 1, runs: counts.length });
      loop.dispose();
      return [...losses, ...values(w)];
    };
    const all = taken([10]);
    for (const counts of [Array(10).fill(1), [3, 7], [1, 2, 4, 3]]) expect(taken(counts)).toEqual(all);
  });

  test("leaves the rows after the last step zero", () => {
    const loop = jitLoop((x: tf.Tensor) => x.add(1), { xla });
    expect(values(loop(2, tf.tensor1d([5, 6, 7, 8])))).toEqual([6, 7, 0, 0]);
  });

  test("may change variables alone, and several of them", () => {
    const [v, w] = [tf.variable(tf.scalar(1)), tf.variable(tf.scalar(0))];
    const loop: JittedLoop<[tf.Tensor], void> = jitLoop(
      (x: tf.Tensor) => {
        w.assign(w.add(v));
        v.assign(v.mul(x));
      },
      { xla },
    );
    loop(4, tf.tensor1d([2, 3, 4, 5]));
    expect([values(v), values(w)]).toEqual([[120], [1 + 2 + 6 + 24]]);
  });

  test("makes draws that XLA cannot make, from parameters that the steps change", () => {
    const experiment = () => {
      const v = tf.variable(tf.ones([1, 3]));
      const step = (key: tf.Tensor, weight: tf.Tensor) => {
        const drawn = gamma({ concentration: v.mul(2), rate: tf.ones([1, 3]) }).sample(rng(key as tf.Tensor1D), 4);
        v.assign(v.add(drawn.mean(0).mul(weight)).sqrt() as tf.Tensor2D);
        return { drawn, doubled: drawn.mul(2).sum(), value: v.mul(1) };
      };
      return { v, step };
    };
    const keys = tf.tensor2d([1, 2, 3, -4, 5, 6], [3, 2], "int32");
    const weights = tf.tensor1d([0.5, 1, 2]);
    const eager = experiment();
    const expected = tf.unstack(keys).map((key, i) => eager.step(key, tf.unstack(weights)[i]!));
    const compiled = experiment();
    const loop = jitLoop(compiled.step, { xla });
    const actual = loop(3, keys, weights);
    for (const part of ["drawn", "doubled", "value"] as const) {
      expectClose(actual[part], tf.stack(expected.map((step) => step[part])));
    }
    expectClose(compiled.v, eager.v);
    expect(loop.lastXla()).toBe(xla);
  });

  test("passes NaN on without touching the other rows", () => {
    const loop = jitLoop((x: tf.Tensor) => tf.log(x), { xla });
    const [a, b, c] = values(loop(3, tf.tensor1d([1, -1, 1])));
    expect([a, b, c]).toEqual([0, Number.NaN, 0]);
  });

  test("names what it is given wrongly", () => {
    const loop = jitLoop((x: tf.Tensor, y: tf.Tensor) => x.add(y), { xla, name: "adding" });
    const three = tf.ones([3]);
    expect(() => loop(4, three, three)).toThrow("adding(): count must be a whole number in [1, 3], but got 4");
    expect(() => loop(0, three, three)).toThrow("count must be a whole number in [1, 3]");
    expect(() => loop(1, three, tf.ones([2]))).toThrow("the lengths of the stacks");
    expect(() => loop(1, three, tf.scalar(1))).toThrow("the lengths of the stacks");
  });
});

describe("XLA by choice", () => {
  /** A step with an op that has no XLA kernel: the gradient of resizing an image. */
  const resized = () => {
    const v = tf.variable(tf.ones([1, 2, 2, 1]));
    const step = (x: tf.Tensor) => {
      const loss = () => tf.sum(tf.mul(tf.image.resizeNearestNeighbor(v as unknown as tf.Tensor4D, [4, 4]), x));
      const { value, grads } = tf.variableGrads(loss as () => tf.Scalar, [v]);
      v.assign(v.sub(Object.values(grads)[0]!));
      return value;
    };
    return { v, step };
  };

  test("falls back where XLA cannot compile an op", () => {
    const { v, step } = resized();
    const loop = jitLoop(step, { xla: () => true });
    loop(2, tf.tensor1d([0.1, 0.2]));
    expect(loop.lastXla()).toBe(false);
    expect(loop.stats.traces).toBe(1);
    // Each of the four pixels appears in four places of the resized image.
    for (const value of values(v)) expect(value).toBeCloseTo(1 - 4 * 0.3, 5);
  });

  test("that is not left to the library is an error that names the op", () => {
    const loop = jitLoop(resized().step, { xla: true });
    expect(() => loop(2, tf.tensor1d([0.1, 0.2]))).toThrow("XLA cannot compile the op ResizeNearestNeighborGrad");
  });

  test("is made from the trace", () => {
    for (const wanted of [true, false]) {
      const loop = jitLoop((x: tf.Tensor) => x.mul(2), { xla: ({ outputs }) => outputs.length === 1 && wanted });
      expect(values(loop(1, tf.tensor1d([4])))).toEqual([8]);
      expect(loop.lastXla()).toBe(wanted);
    }
  });
});

describe("draws inside XLA are those of TensorFlow's kernels", () => {
  test.each([[1], [2], [3], [4], [5], [127], [1000], [7, 3], [0]])("of shape %s %s", (...shape) => {
    const seeds = [0, 1, -1, 2 ** 31 - 1, -(2 ** 31), 123456789];
    const draw = (key: tf.Tensor) => {
      const stream = rng(key as tf.Tensor1D);
      return [stream.normal(shape), stream.uniform(shape), stream.fold(7).key] as const;
    };
    const keys = tf.tensor2d(
      seeds.map((seed, i) => [seed, seeds.at(-1 - i)!]),
      undefined,
      "int32",
    );
    const drawn = jitLoop((key: tf.Tensor) => [...draw(key)], { xla: true })(seeds.length, keys);
    for (const [i, key] of tf.unstack(keys).entries()) {
      const [normal, uniform, folded] = draw(key);
      expectClose(tf.unstack(drawn[0]!)[i]!, normal, tolerance.float32);
      expect(values(tf.unstack(drawn[1]!)[i]!)).toEqual(values(uniform));
      expect(values(tf.unstack(drawn[2]!)[i]!)).toEqual(values(folded));
    }
  });
});

describe("a step that fails", () => {
  const counting = () => {
    const [v, unread] = [tf.variable(tf.scalar(0)), tf.variable(tf.scalar(10))];
    const data = tf.tensor1d([1, 1]);
    const step = (i: tf.Tensor) => {
      const one = tf.gather(data, i.toInt()).asScalar();
      v.assign(v.add(one) as tf.Scalar);
      unread.assign(unread.add(one) as tf.Scalar);
      return v.clone();
    };
    const loop = jitLoop<[tf.Tensor], tf.Tensor>(step);
    const take = (...indices: number[]) =>
      values(loop(indices.length, tf.tensor2d(indices, [indices.length, 1], "int32")));
    return { v, unread, take };
  };

  test("keeps the effect of the steps before it, in variables that were read and in others", () => {
    const { v, unread, take } = counting();
    expect(take(0, 1, 0)).toEqual([1, 2, 3]);
    expect(values(v)).toEqual([3]);
    expect(() => take(0, 1, 5)).toThrow("indices");
    expect([values(v), values(unread)]).toEqual([[5], [15]]);
    expect(take(0, 0, 0)).toEqual([6, 7, 8]);
    expect([values(v), values(unread)]).toEqual([[8], [18]]);
  });

  test("leaves a value alone that was assigned afterward", () => {
    const { v, take } = counting();
    expect(() => take(0, 1, 5)).toThrow();
    v.assign(tf.scalar(100));
    expect(take(0, 0, 0)).toEqual([101, 102, 103]);
  });
});
