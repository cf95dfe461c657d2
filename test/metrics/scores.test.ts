import { describe, expect, test } from "vitest";
import { adjustedRandIndex } from "../../src/metrics/adjusted-rand-index";
import { anomalyThreshold } from "../../src/metrics/anomaly-threshold";
import { auroc } from "../../src/metrics/auroc";
import { averagePrecision } from "../../src/metrics/average-precision";
import { clusteringAccuracy } from "../../src/metrics/clustering-accuracy";
import { detectionCurve } from "../../src/metrics/detection-curve";
import { normalizedMutualInformation } from "../../src/metrics/normalized-mutual-information";
import { peakSignalToNoise } from "../../src/metrics/peak-signal-to-noise";
import { silhouette } from "../../src/metrics/silhouette";
import { structuralSimilarity } from "../../src/metrics/structural-similarity";
import { rng } from "../../src/runtime/rng";
import { tf } from "../../src/runtime/tensorflow";
import reference from "../reference/scores.json";
import { tolerance } from "../tolerance";

const near = (value: number, expected: number): void =>
  expect(Math.abs(value - expected)).toBeLessThanOrEqual(tolerance.reference * (1 + Math.abs(expected)));

function allNear(values: Float32Array, expected: readonly number[]): void {
  expect(values).toHaveLength(expected.length);
  for (const [i, value] of values.entries()) near(value, expected[i] as number);
}

describe.each(reference.detections)("$name", ({ scores, positives, ...expected }) => {
  test("auroc() is scikit-learn's", () => near(auroc(scores, positives), expected.auroc));
  test("averagePrecision() is scikit-learn's", () =>
    near(averagePrecision(scores, positives), expected.averagePrecision));

  test("the curve rises to all flagged, and its trapezia and steps have the areas", () => {
    const curve = detectionCurve(scores, positives);
    const start = { truePositiveRate: 0, falsePositiveRate: 0 };
    const [roc, steps] = curve.reduce(
      ([area, sum], point, i) => {
        const before = curve[i - 1] ?? start;
        const [up, right] = [
          point.truePositiveRate - before.truePositiveRate,
          point.falsePositiveRate - before.falsePositiveRate,
        ];
        return [area + (right * (point.truePositiveRate + before.truePositiveRate)) / 2, sum + up * point.precision];
      },
      [0, 0] as [number, number],
    );
    expect(curve.at(-1)).toMatchObject({ truePositiveRate: 1, falsePositiveRate: 1 });
    near(roc, expected.auroc);
    near(steps, expected.averagePrecision);
  });
});

describe("anomaly scores", () => {
  const scores = Array.from({ length: 99 }, (_, i) => i);

  test("a tensor and a list say the same", () => {
    const positives = scores.map((score) => score % 7 === 0);
    const tensors = [tf.tensor1d(scores), tf.tensor1d(positives, "bool")] as const;
    expect(auroc(...tensors)).toBe(auroc(scores, positives));
    tf.dispose([...tensors]);
  });

  test("anomalyThreshold() flags the given share of new normal examples on average", () => {
    const shares = Array.from({ length: 400 }, (_, i) =>
      tf.tidy(() => {
        const draws = rng(i).uniform([20]).dataSync();
        // Uniform scores: the share of new ones at or above the threshold is one less the threshold.
        return 1 - anomalyThreshold(draws.slice(0, 19), { falseAlarms: 0.1 });
      }),
    );
    const mean = shares.reduce((sum, share) => sum + share, 0) / shares.length;
    // Beta(2, 18) has mean 0.1 and variance 2 · 18 / (20² · 21).
    const standardError = Math.sqrt((2 * 18) / (400 * 21) / shares.length);
    expect(Math.abs(mean - 0.1)).toBeLessThan(tolerance.monteCarlo * standardError);
  });

  test("anomalyThreshold() takes the k-th largest of n, k = share · (n + 1)", () => {
    expect(anomalyThreshold(scores, { falseAlarms: 0.05 })).toBe(94);
    expect(anomalyThreshold(scores, { falseAlarms: 0.01 })).toBe(98);
  });

  test("errors name what is wrong", () => {
    expect(() => auroc([1, Number.NaN], [0, 1])).toThrow("auroc(): scores[1] must be a finite number, but got NaN");
    expect(() => auroc([1, 2], [0, 2])).toThrow(/positives\[1\] must be 1 or true for a positive/);
    expect(() => auroc([1, 2], [1])).toThrow(/the length of positives must be 2, one per score, but got 1/);
    expect(() => averagePrecision([1, 2], [1, 1])).toThrow(/positives must be a mix of positives and negatives/);
    expect(() => anomalyThreshold(scores.slice(0, 10), { falseAlarms: 0.05 })).toThrow(
      /the number of scores must be at least 19/,
    );
    expect(() => anomalyThreshold(scores, { falseAlarms: 1 })).toThrow(/falseAlarms must be a share in \(0, 1\)/);
  });
});

describe.each(reference.clusterings)("$name", ({ labels, clusters, ...expected }) => {
  test("clusteringAccuracy() is that of SciPy's assignment", () =>
    near(clusteringAccuracy(labels, clusters), expected.accuracy));
  test("normalizedMutualInformation() is scikit-learn's", () =>
    near(normalizedMutualInformation(labels, clusters), expected.normalizedMutualInformation));
  test("adjustedRandIndex() is scikit-learn's", () =>
    near(adjustedRandIndex(labels, clusters), expected.adjustedRandIndex));

  test("names of clusters do not matter", () => {
    const renamed = clusters.map((cluster) => 3 * ((cluster + 5) % 11));
    for (const metric of [clusteringAccuracy, normalizedMutualInformation, adjustedRandIndex]) {
      near(metric(labels, renamed), metric(labels, clusters));
    }
  });
});

describe("silhouette()", () => {
  const { points, clusters, ...expected } = reference.silhouette;

  test("is scikit-learn's, a point alone included", () => {
    const before = tf.memory().numTensors;
    const table = tf.tensor2d(points);
    const { score, values } = silhouette(table, clusters);
    near(score, expected.score);
    allNear(values, expected.values);
    table.dispose();
    expect(tf.memory().numTensors).toBe(before);
  });

  test("in steps it is the same as at once", () => {
    const draws = rng(3).normal([2500, 2]) as tf.Tensor2D;
    const halves = Array.from(
      draws.dataSync().filter((_, i) => i % 2 === 0),
      (x) => (x > 0 ? 1 : 0),
    );
    const { values } = silhouette(draws, halves);
    const [first] = draws.arraySync() as [number, number][];
    const means = [0, 1].map((cluster) => {
      const distances = draws
        .arraySync()
        .flatMap(([x, y], i) =>
          halves[i] === cluster && i > 0 ? [Math.hypot((x as number) - first![0], (y as number) - first![1])] : [],
        );
      return distances.reduce((sum, distance) => sum + distance, 0) / distances.length;
    });
    const [a, b] = [means[halves[0] as number] as number, means[1 - (halves[0] as number)] as number];
    near(values[0] as number, (b - a) / Math.max(a, b));
    draws.dispose();
  });

  test("errors name what is wrong", () => {
    const table = tf.tensor2d(points);
    expect(() => silhouette(table, clusters.slice(1))).toThrow(/the length of clusters must be 41, one per point/);
    expect(() =>
      silhouette(
        table,
        clusters.map(() => 0),
      ),
    ).toThrow(/the number of clusters must be from 2 to 40/);
    table.dispose();
    const broken = tf.tensor2d([[0], [Number.NaN], [1]]);
    expect(() => silhouette(broken, [0, 0, 1])).toThrow(/points must be finite numbers/);
    broken.dispose();
  });
});

describe("restored images", () => {
  const { images, references, ...expected } = reference.restoration;
  const pair = () => [tf.tensor3d(images), tf.tensor3d(references)] as const;

  test("peakSignalToNoise() is scikit-image's", () => {
    tf.tidy(() => {
      const values = peakSignalToNoise(...pair());
      allNear(values, expected.peakSignalToNoise);
      expect(peakSignalToNoise(pair()[0], pair()[0])[0]).toBe(Number.POSITIVE_INFINITY);
    });
  });

  test("structuralSimilarity() is scikit-image's, of images and of rows of pixels", () => {
    tf.tidy(() => {
      const [a, b] = pair();
      const values = structuralSimilarity(a.expandDims(3), b.expandDims(3));
      allNear(values, expected.structuralSimilarity);
      const rows = [a, b].map((batch) => batch.reshape([2, 320])) as [tf.Tensor, tf.Tensor];
      expect(structuralSimilarity(...rows, { imageShape: [16, 20, 1] })).toEqual(values);
      near(structuralSimilarity(a.expandDims(3), a.expandDims(3))[1] as number, 1);
    });
  });

  test("structuralSimilarity() takes the mean over channels, and scales with the range", () => {
    tf.tidy(() => {
      const [a, b] = pair().map((batch) => tf.transpose(batch, [1, 2, 0]).expandDims(0)) as [tf.Tensor, tf.Tensor];
      const [value] = structuralSimilarity(a.mul(255), b.mul(255), { range: 255 });
      const [first, second] = expected.structuralSimilarity as [number, number];
      near(value as number, (first + second) / 2);
    });
  });

  test("errors name what is wrong", () => {
    tf.tidy(() => {
      const [a, b] = pair();
      expect(() => peakSignalToNoise(a, b.slice(0, 1))).toThrow(/images must be of the shape of the references/);
      expect(() => peakSignalToNoise(a, b, { range: 0 })).toThrow(/range must be a finite number above 0/);
      expect(() => structuralSimilarity(a, b)).toThrow(/imageShape must be \[height, width, channels\]/);
      expect(() => structuralSimilarity(a.reshape([2, 320]), b.reshape([2, 320]), { imageShape: [10, 32, 1] })).toThrow(
        /at least 11 pixels high and wide/,
      );
      expect(() => peakSignalToNoise(a, b.mul(Number.NaN))).toThrow(/pixels that are not finite/);
    });
  });
});
