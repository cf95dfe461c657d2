import { describe, expect, test } from "vitest";
import { accuracy } from "../../src/metrics/accuracy";
import { balancedAccuracy } from "../../src/metrics/balanced-accuracy";
import { calibration } from "../../src/metrics/calibration";
import { classReport } from "../../src/metrics/class-report";
import { confusionCounts } from "../../src/metrics/confusion-counts";
import { classWeights } from "../../src/preprocessing/labels/class-weights";
import { tf } from "../../src/runtime/tensorflow";
import references from "../reference/classification.json";
import { tolerance } from "../tolerance";

const close = (value: number, expected: number): void => {
  expect(Math.abs(value - expected)).toBeLessThanOrEqual(tolerance.reference * (1 + Math.abs(expected)));
};
const allClose = (values: readonly number[], expected: readonly (number | null)[]): void => {
  expect(values).toHaveLength(expected.length);
  values.forEach((value, i) => {
    const reference = expected[i];
    if (reference === null || reference === undefined) expect(value).toBeNaN();
    else close(value, reference);
  });
};

describe.each(Object.entries(references))("scikit-learn's values, %s:", (_, reference) => {
  const { labels, predicted } = reference;

  test("counts, accuracies and the report by class", () => {
    expect(confusionCounts(labels, predicted)).toEqual(reference.confusion);
    close(accuracy(labels, predicted), reference.accuracy);
    close(balancedAccuracy(labels, predicted), reference.balancedAccuracy);
    const report = classReport(labels, predicted);
    expect(report.map(({ label }) => label)).toEqual(reference.support.map((_, i) => i));
    for (const column of ["support", "recall", "precision", "f1"] as const) {
      allClose(
        report.map((row) => row[column]),
        reference[column],
      );
    }
  });

  test("calibration", () => {
    const probabilities = tf.tensor2d(reference.probabilities);
    const before = tf.memory().numTensors;
    const found = calibration(labels, probabilities, { bins: reference.bins });
    expect(tf.memory().numTensors).toBe(before);
    for (const column of ["count", "confidence", "accuracy"] as const) {
      allClose(
        found.bins.map((bin) => bin[column]),
        reference.curve[column],
      );
    }
    for (const measure of ["expectedError", "maximumError", "brierScore"] as const) {
      close(found[measure], reference[measure]);
    }
    probabilities.dispose();
  });

  test("class weights, whose mean over the examples is 1", () => {
    const weights = classWeights(labels);
    allClose(weights, reference.classWeights);
    close(labels.reduce((sum, label) => sum + (weights[label] as number), 0) / labels.length, 1);
  });
});

describe("the edges", () => {
  test("a constant guess has the balanced accuracy 1 / classes, however good its accuracy looks", () => {
    const labels = [...Array(99).fill(0), 1];
    expect(accuracy(labels, Array(100).fill(0))).toBe(0.99);
    expect(balancedAccuracy(labels, Array(100).fill(0))).toBe(0.5);
  });

  test("a class that is only predicted, or does neither, has no recall", () => {
    expect(classReport([0, 0], [0, 1], { classes: 3 })).toEqual([
      { label: 0, support: 2, recall: 0.5, precision: 1, f1: 2 / 3 },
      { label: 1, support: 0, recall: Number.NaN, precision: 0, f1: 0 },
      { label: 2, support: 0, recall: Number.NaN, precision: Number.NaN, f1: Number.NaN },
    ]);
    expect(balancedAccuracy([0, 0], [0, 1])).toBe(0.5);
  });

  test("bins are closed above, and the first one below", () => {
    const probabilities = tf.tensor2d([
      [0.5, 0.5],
      [0.75, 0.25],
      [0, 1],
    ]);
    expect(calibration([0, 1, 1], probabilities, { bins: 4 }).bins).toEqual([
      { low: 0.25, high: 0.5, count: 1, confidence: 0.5, accuracy: 1 },
      { low: 0.5, high: 0.75, count: 1, confidence: 0.75, accuracy: 0 },
      { low: 0.75, high: 1, count: 1, confidence: 1, accuracy: 1 },
    ]);
    probabilities.dispose();
  });
});

const even = tf.tensor2d([[0.5, 0.5]]);
test.each<[() => unknown, string]>([
  [() => accuracy([0, 1], [0]), "accuracy(): the length of predicted must be 2, one per label, but got 1."],
  [() => accuracy([], []), "accuracy(): labels must be an int32 tensor of shape [examples] or a list"],
  [() => balancedAccuracy([0, -1], [0, 0]), "balancedAccuracy(): labels[1] must be a class: 0, 1, 2, …, but got -1."],
  [() => classReport([0, Number.NaN], [0, 0]), "classReport(): labels[1] must be a class"],
  [() => confusionCounts([0], [2], { classes: 2 }), "predicted[0] must be a class from 0 to 1, but got 2."],
  [() => confusionCounts([0], [0], { classes: 0 }), "classes must be a whole number of at least 1, but got 0."],
  [() => calibration([0], even, { bins: 0 }), "calibration(): bins must be a whole number of at least 1, but got 0."],
  [() => calibration([0, 1], even), "the length of labels must be 1, one per row of probabilities, but got 2."],
  [() => calibration([2], even), "labels[0] must be a class from 0 to 1, but got 2."],
  [() => calibration([0], tf.tensor2d([[2, -1]])), "probabilities[0] must be probabilities that sum to 1"],
  [() => calibration([0], tf.tensor2d([[Number.NaN, 1]])), "probabilities[0] must be probabilities that sum to 1"],
  [() => calibration([0], tf.tensor1d([1]) as never), "probabilities must be a tensor of shape [examples, classes]"],
  [() => classWeights([0, 2]), "labels must be of at least one example of each class from 0 to 2, but got 'none of"],
])("refuses what it cannot measure: case %#", (call, message) => {
  expect(call).toThrow(message);
});
