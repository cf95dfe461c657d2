import { type Positives, rankScores, type Scores } from "./score-ranking";

/** The rates of a detector at one threshold. */
export interface DetectionPoint {
  /** Examples with at least this score are flagged. */
  readonly threshold: number;
  /** The share of the positives that are flagged: recall. */
  readonly truePositiveRate: number;
  /** The share of the negatives that are flagged: the false alarm rate. */
  readonly falsePositiveRate: number;
  /** The share of positives among the flagged examples. */
  readonly precision: number;
}

/**
 * The rates at every distinct score as threshold, from the highest to the lowest: the points of the receiver operating
 * characteristic curve (`falsePositiveRate`, `truePositiveRate`) and of the precision–recall curve.
 *
 * @param scores one number per example, higher for positives
 * @param positives which examples are positives (anomalies)
 * @throws ArgumentError for scores that are not finite, for lists of different length, and if positives or negatives are
 *   missing
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
