import { smallest } from "../distributions/positive";
import { ArgumentError } from "../runtime/argument-error";
import { checkOptions, optionsSchema } from "../runtime/check-options";
import { accepts } from "../runtime/rules";
import { readScores, type Scores } from "./score-ranking";

/** Options of `anomalyThreshold()`. */
export interface AnomalyThresholdOptions {
  /** The share of normal examples that may be flagged, in (0, 1); defaults to 0.05. */
  falseAlarms?: number;
}

const schema = optionsSchema<AnomalyThresholdOptions>({
  falseAlarms: accepts<number>(
    (value) => (value as number) > 0 && (value as number) < 1,
    "a share in (0, 1)",
  ).optional(),
});

/**
 * The threshold of an anomaly score: flag every example with a score of at least this. It is chosen from normal examples only,
 * for the case that no anomaly has been seen yet, so that at most the given share of them is flagged. Use examples that the model
 * was not trained on, because training examples have lower scores. Do not use the examples that you report results on.
 *
 * On new normal examples, the expected share of false alarms is k/(n + 1) with k = ⌊falseAlarms · (n + 1)⌋ (from the order
 * statistics of n + 1 exchangeable scores; Vovk, Gammerman & Shafer 2005, chapter 2). With few examples it cannot be small. Equal
 * scores are flagged together or not at all: if more examples have the same score than the share allows, the threshold is above
 * that score.
 *
 * @param scores the scores of normal examples; higher means more anomalous
 * @returns a score that an example has, or the next float32 above all of them
 * @throws ArgumentError for a share out of range, and for fewer than 1/falseAlarms − 1 examples
 */
export function anomalyThreshold(scores: Scores, options: AnomalyThresholdOptions = {}): number {
  const where = "anomalyThreshold()";
  checkOptions(where, schema, options);
  const { falseAlarms = 0.05 } = options;
  const values = readScores(where, scores).sort();
  // The tolerance is for rounding: without it, 0.29 · 100 would be slightly less than 29.
  const flagged = Math.floor(falseAlarms * (values.length + 1) + 1e-9);
  if (flagged < 1) {
    const needed = Math.ceil(1 / falseAlarms) - 1;
    throw new ArgumentError(
      where,
      "the number of scores",
      values.length,
      `at least ${needed}, for this share of false alarms`,
    );
  }
  const first = values.length - flagged;
  const candidate = values[first] as number;
  if (values[first - 1] !== candidate) return candidate;
  // The candidate is equal to scores that must not be flagged, so the threshold is the next higher score.
  return values.find((value) => value > candidate) ?? nextFloat(candidate);
}

/** The smallest float32 above a number. A threshold for float32 scores must also differ from them as a float32. */
function nextFloat(value: number): number {
  const bits = new DataView(new ArrayBuffer(4));
  bits.setFloat32(0, value);
  const rounded = bits.getFloat32(0);
  if (rounded > value) return rounded;
  // TensorFlow rounds numbers below the smallest normal float to 0.
  if (Math.abs(rounded) < smallest) return smallest;
  // Floats of the same sign have the same order as their bits.
  bits.setInt32(0, bits.getInt32(0) + Math.sign(rounded));
  return rounded === -smallest ? 0 : bits.getFloat32(0);
}
