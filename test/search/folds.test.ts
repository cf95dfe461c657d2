import { describe, expect, test } from "vitest";
import { tf } from "../../src/runtime/tensorflow";
import type { Fold } from "../../src/search/fold";
import { randomFolds } from "../../src/search/random-folds";
import { stratifiedFolds } from "../../src/search/stratified-folds";

/** Three classes of 41, 17 and 7 examples, in turns. */
const labels = Array.from({ length: 65 }, (_, i) => (i % 9 === 0 && i < 63 ? 2 : i % 3 === 1 && i < 51 ? 1 : 0));
const size = (label: number): number => labels.filter((one) => one === label).length;

function expectPartition(folds: readonly Fold[], examples: number): void {
  const all = Array.from({ length: examples }, (_, i) => i);
  expect(folds.flatMap(({ validation }) => [...validation]).sort((a, b) => a - b)).toEqual(all);
  for (const { train, validation } of folds) {
    expect([...train, ...validation].sort((a, b) => a - b)).toEqual(all);
    expect([...train]).toEqual([...train].sort((a, b) => a - b));
  }
  const sizes = folds.map(({ validation }) => validation.length);
  expect(Math.max(...sizes) - Math.min(...sizes)).toBeLessThanOrEqual(1);
}

describe("stratifiedFolds()", () => {
  test.each([2, 3, 5, 7])("in %i folds: every example is scored once, each class is spread evenly", (count) => {
    expect([size(0), size(1), size(2)]).toEqual([41, 17, 7]);
    const folds = stratifiedFolds(labels, { folds: count, seed: 2 });
    expect(folds).toHaveLength(count);
    expectPartition(folds, labels.length);
    for (const label of [0, 1, 2]) {
      const counts = folds.map(({ validation }) => [...validation].filter((i) => labels[i] === label).length);
      expect(Math.max(...counts) - Math.min(...counts)).toBeLessThanOrEqual(1);
    }
  });

  test("depends on the seed alone, and holds no tensor", () => {
    const tensor = tf.tensor1d(labels, "int32");
    const before = tf.memory().numTensors;
    expect(stratifiedFolds(tensor, { seed: 4 })).toEqual(stratifiedFolds(labels, { seed: 4 }));
    expect(stratifiedFolds(labels, { seed: 5 })).not.toEqual(stratifiedFolds(labels, { seed: 4 }));
    expect(tf.memory().numTensors).toBe(before);
    tensor.dispose();
  });

  test.each([1, 8, 2.5, Number.NaN])("refuses %d folds", (folds) => {
    expect(() => stratifiedFolds(labels, { folds })).toThrow(
      `stratifiedFolds(): folds must be a whole number from 2 to 7, the size of the rarest class, but got ${folds}.`,
    );
  });
});

describe("randomFolds()", () => {
  test.each([
    [10, 2],
    [11, 4],
    [5, 5],
  ])("divides %i examples into %i folds", (examples, folds) => {
    expectPartition(randomFolds(examples, { folds, seed: 1 }), examples);
  });

  test("depends on the seed alone, and holds no tensor", () => {
    const before = tf.memory().numTensors;
    expect(randomFolds(30, { seed: 1 })).toEqual(randomFolds(30, { seed: 1 }));
    expect(randomFolds(30, { seed: 1 })).not.toEqual(randomFolds(30, { seed: 2 }));
    expect(tf.memory().numTensors).toBe(before);
  });

  test.each([
    [1, {}, "examples must be a whole number of at least 2"],
    [Number.NaN, {}, "examples must be a whole number"],
    [9, { folds: 10 }, "folds must be a whole number from 2 to 9, the number of examples, but got 10"],
    [9, { folds: 1 }, "folds must be a whole number from 2 to 9"],
  ])("refuses %d examples with %o", (examples, options, message) => {
    expect(() => randomFolds(examples, options)).toThrow(message);
  });
});

test("unknown options are refused with the nearest name", () => {
  expect(() => randomFolds(9, { fold: 3 } as never)).toThrow(
    'randomFolds(): there is no option "fold". Did you mean "folds"?',
  );
  expect(() => stratifiedFolds([0, 0, 1, 1], { seeds: 3 } as never)).toThrow('Did you mean "seed"?');
});
