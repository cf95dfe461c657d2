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
 * The threshold of an anomaly score: flag an example whose score is at least this. It is chosen with normal examples alone, for when
 * no anomaly has been seen yet, such that at most the given share of these examples reaches it. Use examples that the model was not
 * trained on, whose scores are higher than those of its training data, and not those that results are reported on.
 *
 * On new normal examples the share of false alarms is k/(n + 1) on average, with k = ⌊falseAlarms · (n + 1)⌋ (the order statistics
 * of n + 1 exchangeable scores; Vovk, Gammerman & Shafer 2005, chapter 2): with few examples it cannot be small. Equal scores are
 * flagged together or not at all: where more examples than the share allows have the same score, the threshold lies above it.
 *
 * @param scores of normal examples, higher for anomalies
 * @returns a score that an example has, or the next float32 above all of them
 * @throws ArgumentError for a share out of range, and for fewer than 1/falseAlarms − 1 examples
 */
export function anomalyThreshold(scores: Scores, options: AnomalyThresholdOptions = {}): number {
  const where = "anomalyThreshold()";
  checkOptions(where, schema, options);
  const { falseAlarms = 0.05 } = options;
  const values = readScores(where, scores).sort();
  // Without the slack, 0.1 · 30 would be a little less than 3.
  const flagged = Math.floor(falseAlarms * (values.length + 1) + 1e-9);
  if (flagged < 1) {
    const needed = Math.ceil(1 / falseAlarms) - 1;
    throw new ArgumentError(
      where,
      "the number of scores",
      values.length,
      `at least ${needed}, for so few false alarms`,
    );
  }
  const first = values.length - flagged;
  const candidate = values[first] as number;
  if (values[first - 1] !== candidate) return candidate;
  // The lowest scores that would be flagged have equals that would not.
  return values.find((value) => value > candidate) ?? nextFloat(candidate);
}

/** The smallest float32 above a number: a threshold that is compared with float32 scores must differ from them as a float32. */
function nextFloat(value: number): number {
  const bits = new DataView(new ArrayBuffer(4));
  bits.setFloat32(0, value);
  const rounded = bits.getFloat32(0);
  if (rounded > value) return rounded;
  // TensorFlow takes numbers nearer to 0 than the smallest normal float for 0.
  if (Math.abs(rounded) < smallest) return smallest;
  // Floats of one sign are in the order of their bits.
  bits.setInt32(0, bits.getInt32(0) + Math.sign(rounded));
  return rounded === -smallest ? 0 : bits.getFloat32(0);
}
