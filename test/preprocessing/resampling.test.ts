import { describe, expect, test } from "vitest";
import { addNoise } from "../../src/preprocessing/images/add-noise";
import { flipLabels } from "../../src/preprocessing/labels/flip-labels";
import { overSample } from "../../src/preprocessing/labels/over-sample";
import { underSample } from "../../src/preprocessing/labels/under-sample";
import { addOutliers } from "../../src/preprocessing/tables/add-outliers";
import { rng } from "../../src/runtime/rng";
import { tf } from "../../src/runtime/tensorflow";
import { tolerance } from "../tolerance";

/** Classes 0, 1, 2 of 50, 12 and 5 examples. */
const labels = [...Array(50).fill(0), ...Array(12).fill(1), ...Array(5).fill(2)];
const countsOf = (indices: Int32Array): number[] =>
  [0, 1, 2].map((label) => [...indices].filter((i) => labels[i] === label).length);

/** What a call leaves of tensors, apart from those it returns. */
function leaks(call: () => unknown): number {
  const before = tf.memory().numTensors;
  tf.dispose(call() as tf.TensorContainer);
  return tf.memory().numTensors - before;
}

describe("overSample()", () => {
  test("makes all classes as frequent as the most frequent, every example equally often to within one", () => {
    const indices = overSample(labels, { seed: 1 });
    expect(countsOf(indices)).toEqual([50, 50, 50]);
    for (const label of [0, 1, 2]) {
      const times = labels.flatMap((one, i) => (one === label ? [[...indices].filter((k) => k === i).length] : []));
      expect(Math.max(...times) - Math.min(...times)).toBeLessThanOrEqual(1);
      expect(Math.min(...times)).toBeGreaterThanOrEqual(1);
    }
    expect(countsOf(overSample(labels, { perClass: 60 }))).toEqual([60, 60, 60]);
  });

  test("depends on the seed alone and refuses to leave examples out", () => {
    expect(overSample(labels, { seed: 1 })).toEqual(overSample(labels, { seed: 1 }));
    expect(overSample(labels, { seed: 1 })).not.toEqual(overSample(labels, { seed: 2 }));
    expect(() => overSample(labels, { perClass: 49 })).toThrow("perClass must be a whole number of at least 50");
    expect(leaks(() => overSample(labels))).toBe(0);
  });
});

describe("underSample()", () => {
  test("makes all classes as frequent as the rarest, without repeats", () => {
    const indices = underSample(labels, { seed: 1 });
    expect(countsOf(indices)).toEqual([5, 5, 5]);
    expect(new Set(indices).size).toBe(15);
    expect(countsOf(underSample(labels, { perClass: 20 }))).toEqual([20, 12, 5]);
  });

  test("depends on the seed alone and refuses no examples", () => {
    expect(underSample(labels, { seed: 1 })).toEqual(underSample(labels, { seed: 1 }));
    expect(underSample(labels, { seed: 1 })).not.toEqual(underSample(labels, { seed: 2 }));
    expect(() => underSample(labels, { perClass: 0 })).toThrow("perClass must be a whole number of at least 1");
    expect(leaks(() => underSample(labels))).toBe(0);
  });
});

describe("flipLabels()", () => {
  const truth = Array.from({ length: 6000 }, (_, i) => i % 3);
  const counts = (noisy: Int32Array): number[][] =>
    [0, 1, 2].map((from) =>
      [0, 1, 2].map((to) => truth.filter((label, i) => label === from && noisy[i] === to).length),
    );

  /** Every count within five standard errors of its expectation. */
  const expectCounts = (found: number[][], probabilities: number[][]): void => {
    found.flat().forEach((count, i) => {
      const p = probabilities.flat()[i] as number;
      const z = (count - 2000 * p) / Math.max(1, Math.sqrt(2000 * p * (1 - p)));
      expect(Math.abs(z)).toBeLessThan(tolerance.monteCarlo);
    });
  };

  test("with a rate makes each label wrong with that probability, every other class as likely", () => {
    const off = 0.3 / 2;
    expectCounts(counts(flipLabels(truth, { classes: 3, rate: 0.3 })), [
      [0.7, off, off],
      [off, 0.7, off],
      [off, off, 0.7],
    ]);
    expect(flipLabels(truth, { classes: 3, rate: 0 })).toEqual(Int32Array.from(truth));
    expect(counts(flipLabels(truth, { classes: 3, rate: 1 })).map((row, i) => row[i])).toEqual([0, 0, 0]);
  });

  test("with a confusion draws from the row of the true class", () => {
    const confusion = [
      [1, 0, 0],
      [0.2, 0.5, 0.3],
      [0, 0.9, 0.1],
    ];
    expectCounts(counts(flipLabels(truth, { classes: 3, confusion, seed: 3 })), confusion);
  });

  test("what is wrong at a lower rate is wrong at a higher one", () => {
    const wrong = (rate: number): Set<number> => {
      const noisy = flipLabels(truth, { classes: 3, rate, seed: 4 });
      return new Set(truth.flatMap((label, i) => (noisy[i] === label ? [] : [i])));
    };
    const [few, many] = [wrong(0.1), wrong(0.5)];
    expect([...few].every((i) => many.has(i))).toBe(true);
    expect(few.size).toBeGreaterThan(0);
    expect(leaks(() => flipLabels(truth, { classes: 3, rate: 0.5 }))).toBe(0);
  });

  test.each([
    [{ classes: 3 }, "options must be an object with either rate or confusion"],
    [{ classes: 3, rate: 1.1 }, "rate must be a probability in [0, 1], but got 1.1"],
    [{ classes: 3, rate: Number.NaN }, "rate must be a probability"],
    [{ classes: 1, rate: 0 }, "classes must be a whole number of at least 2"],
    [{ classes: 2, rate: 0 }, "labels[2] must be a class from 0 to 1, but got 2"],
    [{ classes: 3, confusion: [[1]] }, "confusion must be 3 rows of 3 probabilities that sum to 1"],
    [
      {
        classes: 3,
        confusion: [
          [1, 0, 0],
          [1, 0, 0],
          [1, 0, 0.1],
        ],
      },
      "confusion[2] must be 3 rows of 3 probabilities",
    ],
  ])("refuses %o", (options, message) => {
    expect(() => flipLabels(truth, options)).toThrow(message);
  });
});

describe("addNoise()", () => {
  test("adds normal noise of the given size, the same for every size but for its scale", () => {
    tf.tidy(() => {
      const x = tf.fill([100, 100], 0.5);
      const noise = addNoise(x, { stdDev: 0.2, seed: 1 }).sub(x);
      const { mean, variance } = tf.moments(noise);
      expect(Math.abs(mean.dataSync()[0] as number)).toBeLessThan((tolerance.monteCarlo * 0.2) / 100);
      expect(Math.abs((variance.dataSync()[0] as number) / 0.04 - 1)).toBeLessThan(tolerance.monteCarlo * 0.02);
      const twice = addNoise(x, { stdDev: 0.4, seed: 1 }).sub(x);
      expect(tf.max(tf.abs(twice.sub(noise.mul(2)))).dataSync()[0]).toBeLessThan(tolerance.float32);
      const clipped = Array.from(addNoise(x, { stdDev: 0.4, seed: 1, range: [0, 1] }).dataSync());
      expect([clipped.reduce((a, b) => Math.min(a, b)), clipped.reduce((a, b) => Math.max(a, b))]).toEqual([0, 1]);
    });
    const x = tf.zeros([3, 4]);
    expect(leaks(() => addNoise(x, { stdDev: 1 }))).toBe(0);
    x.dispose();
  });

  test.each([
    [{ stdDev: -1 }, "stdDev must be a finite number of at least 0"],
    [{ stdDev: Number.NaN }, "stdDev must be a finite number"],
    [{ stdDev: 1, range: [1, 0] as const }, "range must be two numbers, the lower one first"],
  ])("refuses %o", (options, message) => {
    expect(() => addNoise(tf.zeros([1, 1]), options)).toThrow(message);
  });
});

describe("addOutliers()", () => {
  const x = rng(1)
    .normal([200, 3])
    .mul(tf.tensor1d([1, 10, 0.1]))
    .add(2);
  const foreign = tf.fill([7, 3], 99);
  const rowsOf = (tensor: tf.Tensor): number[][] => tensor.arraySync() as number[][];

  test.each<"noise" | "extreme" | tf.Tensor>([
    "noise",
    "extreme",
    foreign,
  ])("replaces the share that is asked for, and nothing else (%#)", (as) => {
    const { x: mixed, outliers } = addOutliers(x, { rate: 0.1, as, seed: 2 });
    expect(outliers).toHaveLength(20);
    const [before, after] = [rowsOf(x), rowsOf(mixed)];
    after.forEach((row, i) => {
      if (outliers.includes(i)) expect(row).not.toEqual(before[i]);
      else expect(row).toEqual(before[i]);
    });
    const more = addOutliers(x, { rate: 0.3, as, seed: 2 });
    for (const i of outliers) expect(rowsOf(more.x)[i]).toEqual(after[i]);
    tf.dispose([mixed, more.x]);
    expect(leaks(() => addOutliers(x, { rate: 0.2, as }))).toBe(0);
  });

  test("noise lies between the least and the greatest of each feature, extremes ten deviations off its mean", () => {
    const columns = (tensor: tf.Tensor, rows: Int32Array): number[][] =>
      [0, 1, 2].map((column) => [...rows].map((i) => rowsOf(tensor)[i]![column]!));
    const everything = Int32Array.from({ length: 200 }, (_, i) => i);
    const original = columns(x, everything);
    const noise = addOutliers(x, { rate: 0.5, as: "noise" });
    columns(noise.x, noise.outliers).forEach((values, c) => {
      expect(Math.min(...values)).toBeGreaterThanOrEqual(Math.min(...original[c]!));
      expect(Math.max(...values)).toBeLessThanOrEqual(Math.max(...original[c]!));
    });
    const extreme = addOutliers(x, { rate: 0.5, as: "extreme" });
    columns(extreme.x, extreme.outliers).forEach((values, c) => {
      const mean = original[c]!.reduce((a, b) => a + b) / 200;
      const sd = Math.sqrt(original[c]!.reduce((sum, value) => sum + (value - mean) ** 2, 0) / 200);
      for (const value of values) expect(Math.abs(Math.abs(value - mean) / sd - 10)).toBeLessThan(1e-3);
    });
    tf.dispose([noise.x, extreme.x]);
  });

  test("a rate of 0 changes nothing, and gives a tensor of its own", () => {
    const { x: same, outliers } = addOutliers(x, { rate: 0, as: "noise" });
    expect([rowsOf(same), outliers.length]).toEqual([rowsOf(x), 0]);
    same.dispose();
    expect(x.isDisposed).toBe(false);
  });

  test.each([
    [{ rate: 2, as: "noise" as const }, "rate must be a number in [0, 1], but got 2"],
    [{ rate: Number.NaN, as: "noise" as const }, "rate must be a number in [0, 1]"],
    [{ rate: 0.1, as: "typo" as never }, 'as must be "noise", "extreme" or a float32 tensor of shape [any, 3]'],
    [{ rate: 0.1, as: tf.zeros([2, 4]) }, 'as must be "noise", "extreme" or a float32 tensor of shape [any, 3]'],
    [{ rate: 0.1, as: "extreme" as const, deviations: 0 }, "deviations must be a finite number above 0"],
  ])("refuses case %#", (options, message) => {
    expect(() => addOutliers(x, options)).toThrow(message);
  });
});
