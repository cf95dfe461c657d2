import { ArgumentError } from "../runtime/argument-error";
import { readScores, type Scores } from "./score-ranking";

/** Options of `anomalyThreshold()`. */
export interface AnomalyThresholdOptions {
  /** The share of normal examples that may be flagged, in (0, 1); defaults to 0.05. */
  falseAlarms?: number;
}

/**
 * The score from which on an example is to be flagged, chosen with normal examples alone, as they are when no anomaly has been seen yet:
 * at most the given share of these examples reaches it. Take examples that the model was not trained on, whose scores are higher than
 * those of its training data, and not those that results are reported on.
 *
 * On new normal examples the share of false alarms is k/(n + 1) on average, with k = ⌊falseAlarms · (n + 1)⌋ (the order statistics
 * of n + 1 exchangeable scores; Vovk, Gammerman & Shafer 2005, chapter 2): with few examples it cannot be small.
 *
 * @param scores of normal examples, higher for anomalies
 * @throws ArgumentError for a share out of range, and for fewer than 1/falseAlarms − 1 examples
 */
export function anomalyThreshold(scores: Scores, { falseAlarms = 0.05 }: AnomalyThresholdOptions = {}): number {
  const where = "anomalyThreshold()";
  if (!(falseAlarms > 0 && falseAlarms < 1)) {
    throw new ArgumentError(where, "falseAlarms", falseAlarms, "a share in (0, 1)");
  }
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
  return values[values.length - flagged] as number;
}
