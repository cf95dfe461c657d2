import { type Positives, rankScores, type Scores } from "./score-ranking";

/**
 * The mean precision over all positives, each evaluated at the threshold of its own score. This is the area under the
 * precision–recall curve as a step function, without interpolation. Random scores give the share of positives, so, unlike
 * `auroc()`, the value drops as positives become rarer.
 *
 * @param scores one number per example, higher for positives
 * @param positives which examples are positives (anomalies)
 * @throws ArgumentError for scores that are not finite, for lists of different length, and if positives or negatives are
 *   missing
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
