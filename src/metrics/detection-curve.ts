import { type Positives, rankScores, type Scores } from "./score-ranking";

/** What a detector does at one threshold. */
export interface DetectionPoint {
  /** Examples with at least this score are flagged. */
  readonly threshold: number;
  /** The share of the positives that are flagged: recall. */
  readonly truePositiveRate: number;
  /** The share of the others that are flagged: false alarms. */
  readonly falsePositiveRate: number;
  /** The share of the flagged that are positives. */
  readonly precision: number;
}

/**
 * Every threshold that makes a difference, from the highest score to the lowest: the points of the receiver operating characteristic
 * (`falsePositiveRate`, `truePositiveRate`) and of the precision–recall curve.
 *
 * @param scores a number of each example, higher for positives
 * @param positives which examples are positives (anomalies)
 */
export function detectionCurve(scores: Scores, positives: Positives): DetectionPoint[] {
  const { steps, positives: total, negatives } = rankScores("detectionCurve()", scores, positives);
  return steps.map(({ threshold, truePositives, falsePositives }) => ({
    threshold,
    truePositiveRate: truePositives / total,
    falsePositiveRate: falsePositives / negatives,
    precision: truePositives / (truePositives + falsePositives),
  }));
}
