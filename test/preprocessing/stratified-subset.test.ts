import { describe, expect, test } from "vitest";
import { stratifiedSubset } from "../../src/preprocessing/labels/stratified-subset";
import { tf } from "../../src/runtime/tensorflow";

/** Classes 0, 1, 2 of 60, 30 and 10 examples. */
const labels = Array.from({ length: 100 }, (_, i) => (i % 10 < 6 ? 0 : i % 10 < 9 ? 1 : 2));
const counts = (chosen: Int32Array): number[] =>
  [0, 1, 2].map((label) => Array.from(chosen).filter((i) => labels[i] === label).length);

describe("stratifiedSubset()", () => {
  test("takes as many examples of every class as perClass says, each once", () => {
    const chosen = stratifiedSubset(labels, { perClass: 4, seed: 1 });
    expect(counts(chosen)).toEqual([4, 4, 4]);
    expect(new Set(chosen).size).toBe(12);
  });

  test("takes what a list asks of each class, in turns", () => {
    const chosen = stratifiedSubset(labels, { perClass: [20, 0, 2], seed: 1 });
    expect(counts(chosen)).toEqual([20, 0, 2]);
    expect(counts(chosen.subarray(0, 11))).toEqual([10, 0, 1]);
  });

  test.each([
    [10, [6, 3, 1]],
    [20, [12, 6, 2]],
    [50, [30, 15, 5]],
    [100, [60, 30, 10]],
  ])("of size %i keeps the classes' shares", (size, expected) => {
    expect(counts(stratifiedSubset(labels, { size }))).toEqual(expected);
  });

  test("of any size has each class within one example of its share", () => {
    for (let size = 1; size <= 100; size++) {
      const chosen = stratifiedSubset(labels, { size });
      expect(chosen.length).toBe(size);
      [0.6, 0.3, 0.1].forEach((share, label) => {
        expect(Math.abs((counts(chosen)[label] as number) - share * size)).toBeLessThanOrEqual(1);
      });
    }
  });

  test("the smaller subset is the beginning of the larger one", () => {
    const large = stratifiedSubset(labels, { size: 60, seed: 3 });
    expect(stratifiedSubset(labels, { size: 17, seed: 3 })).toEqual(large.subarray(0, 17));
    const many = stratifiedSubset(labels, { perClass: 9, seed: 3 });
    expect(stratifiedSubset(labels, { perClass: 2, seed: 3 })).toEqual(many.subarray(0, 6));
  });

  test("the same seed chooses the same examples, another seed others", () => {
    const tensor = tf.tensor1d(labels, "int32");
    const before = tf.memory().numTensors;
    expect(stratifiedSubset(tensor, { size: 30, seed: 5 })).toEqual(stratifiedSubset(labels, { size: 30, seed: 5 }));
    expect(stratifiedSubset(labels, { size: 30, seed: 6 })).not.toEqual(
      stratifiedSubset(labels, { size: 30, seed: 5 }),
    );
    expect(tf.memory().numTensors).toBe(before);
    tensor.dispose();
  });

  test.each([
    [labels, {}, "options must be an object with either perClass or size"],
    [labels, { perClass: 1, size: 2 }, "options must be an object with either perClass or size"],
    [
      labels,
      { perClass: 11 },
      "perClass must be a whole number from 1 to 10, the examples of the rarest class, but got 11",
    ],
    [labels, { perClass: [1, 1] }, "perClass must be a number, or a list of one for each class from 0 to 2"],
    [labels, { perClass: [1, 31, 1] }, "perClass[1] must be a whole number from 0 to 30, the examples of class 1"],
    [labels, { size: 101 }, "size must be a whole number from 1 to 100, all examples, but got 101"],
    [labels, { size: Number.NaN }, "size must be a whole number from 1 to 100"],
    [labels, { size: 3, seed: 0.5 }, "seed must be an integer"],
    [[], { size: 1 }, "labels must be an int32 tensor of shape [examples] or a list of whole numbers"],
    ["01" as never, { size: 1 }, "labels must be an int32 tensor"],
    [[0, 1.5], { size: 1 }, "labels[1] must be a class: 0, 1, 2, …, but got 1.5"],
    [[0, -1], { size: 1 }, "labels[1] must be a class"],
  ])("refuses what it cannot use: case %#", (given, options, message) => {
    expect(() => stratifiedSubset(given, options)).toThrow(message);
  });
});
