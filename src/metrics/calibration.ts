import { ArgumentError } from "../runtime/argument-error";
import { checkOptions, optionsSchema } from "../runtime/check-options";
import { type ClassLabels, readClassLabels } from "../runtime/class-labels";
import { wholeNumber } from "../runtime/rules";
import { tf } from "../runtime/tensorflow";

/** The predictions of one range of confidence. */
export interface CalibrationBin {
  /** The range of confidence, (low, high]. */
  readonly low: number;
  readonly high: number;
  /** The number of predictions in it, at least one. */
  readonly count: number;
  /** Their mean confidence. */
  readonly confidence: number;
  /** The share of correct predictions. */
  readonly accuracy: number;
}

/** How well probabilities match frequencies. */
export interface Calibration {
  /** The bins with predictions, by ascending confidence. */
  readonly bins: readonly CalibrationBin[];
  /** Σ count / n · |accuracy − confidence| over the bins (Guo et al. 2017, equation 3). */
  readonly expectedError: number;
  /** The largest |accuracy − confidence| of a bin (equation 5); it is noisy if bins have few predictions. */
  readonly maximumError: number;
  /** The mean of Σ_c (p_c − 1[y = c])² (Brier 1950), in [0, 2]. Unlike the others, it also rewards correct predictions. */
  readonly brierScore: number;
}

/** Options of `calibration()`. */
export interface CalibrationOptions {
  /** The number of bins, which are equal ranges of confidence; defaults to 15. */
  bins?: number;
}

const schema = optionsSchema<CalibrationOptions>({
  bins: wholeNumber().optional(),
});

/**
 * Measures calibration: a calibrated classifier is correct in 90 of 100 predictions that it makes with 90% confidence. The
 * confidence of a prediction is the probability of the most probable class.
 *
 * @param labels the true class of each example, int32 [examples] or a list
 * @param probabilities p(y | x), [examples, classes], in rows that sum to 1
 * @throws ArgumentError for labels that are not classes, rows that do not sum to 1, and different numbers of labels and
 *   rows
 */
export function calibration(
  labels: ClassLabels,
  probabilities: tf.Tensor2D,
  options: CalibrationOptions = {},
): Calibration {
  checkOptions(where, schema, options);
  const { bins = 15 } = options;
  const rows = probabilityRows(probabilities);
  const truth = readClassLabels(where, "labels", labels, probabilities.shape[1]);
  if (truth.length !== rows.length) {
    throw new ArgumentError(
      where,
      "the length of labels",
      truth.length,
      `${rows.length}, one per row of probabilities`,
    );
  }
  const sums = Array.from({ length: bins }, () => ({ count: 0, confidence: 0, right: 0 }));
  let brier = 0;
  rows.forEach((row, i) => {
    const confidence = Math.max(...row);
    const bin = sums[Math.max(0, Math.ceil(confidence * bins) - 1)] as (typeof sums)[0];
    bin.count++;
    bin.confidence += confidence;
    bin.right += row.indexOf(confidence) === truth[i] ? 1 : 0;
    brier += row.reduce((sum, p, c) => sum + (p - (c === truth[i] ? 1 : 0)) ** 2, 0);
  });
  const filled = sums
    .map(({ count, confidence, right }, i) => ({
      low: i / bins,
      high: (i + 1) / bins,
      count,
      confidence: confidence / count,
      accuracy: right / count,
    }))
    .filter(({ count }) => count > 0);
  const gaps = filled.map(({ accuracy, confidence }) => Math.abs(accuracy - confidence));
  return {
    bins: filled,
    expectedError: filled.reduce((sum, { count }, i) => sum + (count / rows.length) * (gaps[i] as number), 0),
    maximumError: Math.max(...gaps),
    brierScore: brier / rows.length,
  };
}

const where = "calibration()";
/** The largest rounding error in the sum of float32 softmax probabilities. */
const rounding = 1e-4;

function probabilityRows(probabilities: tf.Tensor2D): number[][] {
  const isTable = probabilities instanceof tf.Tensor && !probabilities.isDisposed && probabilities.rank === 2;
  if (!isTable || probabilities.size === 0) {
    throw new ArgumentError(where, "probabilities", probabilities, "a tensor of shape [examples, classes]");
  }
  const rows = probabilities.arraySync();
  const fits = (row: number[]): boolean =>
    row.every((p) => p >= 0 && p <= 1 + rounding) && Math.abs(row.reduce((sum, p) => sum + p, 0) - 1) <= rounding;
  const bad = rows.findIndex((row) => !fits(row));
  if (bad >= 0) throw new ArgumentError(where, `probabilities[${bad}]`, rows[bad], "probabilities that sum to 1");
  return rows.map((row) => row.map((p) => Math.min(p, 1)));
}
