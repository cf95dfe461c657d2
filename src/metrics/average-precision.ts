import { type Positives, rankScores, type Scores } from "./score-ranking";

/**
 * The mean of the precision over the positives, each taken at the threshold of its own score: the area under the precision–recall
 * curve as a sum of steps, without interpolation. Random scores give the share of positives, so that it falls as they become rarer,
 * which `auroc()` does not.
 *
 * @param scores a number of each example, higher for positives
 * @param positives which examples are positives (anomalies)
 */
export function averagePrecision(scores: Scores, positives: Positives): number {
  const { steps, positives: total } = rankScores("averagePrecision()", scores, positives);
  let [sum, before] = [0, 0];
  for (const { truePositives, falsePositives } of steps) {
    sum += ((truePositives - before) * truePositives) / (truePositives + falsePositives);
    before = truePositives;
  }
  return sum / total;
}
