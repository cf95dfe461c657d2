import { type Positives, rankScores, type Scores } from "./score-ranking";

/**
 * The area under the receiver operating characteristic: the probability that a positive has a higher score than another example,
 * equal scores counting half (Hanley & McNeil 1982). 1 is perfect, 0.5 what random scores give, below 0.5 the scores are the wrong
 * way round. It does not depend on how rare positives are: where they are, see `averagePrecision()`.
 *
 * @param scores a number of each example, higher for positives
 * @param positives which examples are positives (anomalies)
 */
export function auroc(scores: Scores, positives: Positives): number {
  const { steps, positives: total, negatives } = rankScores("auroc()", scores, positives);
  let [area, before] = [0, { truePositives: 0, falsePositives: 0 }];
  for (const step of steps) {
    // A trapezium: among equal scores every order is as likely.
    area += ((step.falsePositives - before.falsePositives) * (step.truePositives + before.truePositives)) / 2;
    before = step;
  }
  return area / (total * negatives);
}
