import { describe, expect, test } from "vitest";
import { fixedNoise } from "../../src/runtime/fixed-noise";
import { takeRows } from "../../src/runtime/take-rows";
import { tf } from "../../src/runtime/tensorflow";
import { toNumber } from "../../src/runtime/to-number";

describe("toNumber()", () => {
  test("reads a tensor with one element and frees what a function makes", () => {
    const x = tf.tensor2d([[2.5]]);
    const alive = tf.memory().numTensors;
    expect(toNumber(x)).toBe(2.5);
    expect(toNumber(() => x.add(1).sum())).toBe(3.5);
    expect(tf.memory().numTensors).toBe(alive);
    x.dispose();
  });

  test.each([tf.zeros([2]), () => tf.zeros([0]), () => 3, undefined])("refuses %o", (wrong) => {
    expect(() => toNumber(wrong as never)).toThrow(/toNumber\(\): tensor must be a tensor with one element/);
  });
});

describe("takeRows()", () => {
  test("picks examples in order, also twice, and keeps their type", () => {
    const x = tf.tensor2d(
      [
        [1, 2],
        [3, 4],
        [5, 6],
      ],
      [3, 2],
      "int32",
    );
    const picked = takeRows(x, [2, 0, 2]);
    expect(picked.arraySync()).toEqual([
      [5, 6],
      [1, 2],
      [5, 6],
    ]);
    expect(picked.dtype).toBe("int32");
    expect(takeRows(x, []).shape).toEqual([0, 2]);
  });

  test.each([[[3]], [[-1]], [[0.5]], [[Number.NaN]]])("refuses the indices %o", (indices) => {
    expect(() => takeRows(tf.zeros([3, 2]), indices)).toThrow(/takeRows\(\): indices must be integers from 0 to 2/);
  });
});

describe("fixedNoise()", () => {
  test("returns the noise of the shape that is asked for, also after fold and split, and again and again", () => {
    const [a, b] = [tf.ones([2, 3]), tf.zeros([2, 1])];
    const stream = fixedNoise(a, b);
    for (const draws of [stream, stream.fold(3), ...stream.split(2)]) {
      expect(draws.normal([2, 3]).dataSync()).toEqual(a.dataSync());
      expect(draws.normal([2, 1]).dataSync()).toEqual(b.dataSync());
    }
  });

  test("takes several tensors of one shape in turn", () => {
    const stream = fixedNoise(tf.scalar(1), tf.scalar(2));
    expect([1, 2, 3].map(() => stream.normal([]).dataSync()[0])).toEqual([1, 2, 1]);
  });

  test("names the shape that is missing", () => {
    expect(() => fixedNoise(tf.ones([2, 3])).normal([2, 4])).toThrow(
      /a tensor of shape \[2,4\], which the model draws/,
    );
    expect(() => fixedNoise()).toThrow(/one or more tensors/);
  });
});
