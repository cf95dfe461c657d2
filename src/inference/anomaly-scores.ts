import type { tf } from "../runtime/tensorflow";
import { type AnomalyScores, type AnomalyScoresOptions, anomalyScorer, type ScoredModel } from "./anomaly-scorer";

/**
 * Four scores that rank examples by how unlike the training data of a model they are: the error of the reconstruction, −ELBO (An &
 * Cho 2015 use its first part, the expected log p(x | z)), −log p(x), and how far off the code lies. Pass them to `auroc()`,
 * `averagePrecision()` or `anomalyThreshold()`.
 *
 * The scores of an example do not depend on the other examples: its draws follow from its values and the seed. The first call
 * compiles the model; later ones with the same model and options do not.
 *
 * @param x [examples, …data], as the model was trained on: of the same scale, binarized alike
 * @throws ArgumentError for a model that cannot be scored, data that it has no density for, and options out of range
 */
export async function anomalyScores(
  model: ScoredModel,
  x: tf.Tensor,
  options: AnomalyScoresOptions = {},
): Promise<AnomalyScores> {
  return anomalyScorer(model, options, "anomalyScores()").score(x);
}
