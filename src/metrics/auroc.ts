import { type Positives, rankScores, type Scores } from "./score-ranking";

/**
 * The area under the receiver operating characteristic curve: the probability that a positive has a higher score than a negative,
 * where equal scores count half (Hanley & McNeil 1982). 1 is perfect, 0.5 corresponds to random scores, and below 0.5 the scores
 * rank in the wrong direction. It does not depend on how rare positives are; for rare positives, see `averagePrecision()`.
 *
 * @param scores one number per example, higher for positives
 * @param positives which examples are positives (anomalies)
 * @throws ArgumentError for scores that are not finite, for lists of different length, and if positives or negatives are
 *   missing
 */
export function auroc(scores: Scores, positives: Positives): number {
  const { steps, positives: total, negatives } = rankScores("auroc()", scores, positives);
  let [area, before] = [0, { truePositives: 0, falsePositives: 0 }];
  for (const step of steps) {
    // A trapezoid, because every order of equal scores is equally likely.
    area += ((step.falsePositives - before.falsePositives) * (step.truePositives + before.truePositives)) / 2;
    before = step;
  }
  return area / (total * negatives);
}
