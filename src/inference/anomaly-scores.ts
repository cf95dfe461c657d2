import type { tf } from "../runtime/tensorflow";
import { type AnomalyScores, type AnomalyScoresOptions, anomalyScorer, type ScoredModel } from "./anomaly-scorer";

/**
 * Four scores that rank examples by how unlike a model's training data they are: the reconstruction error, −ELBO (An & Cho 2015
 * use its first term, the expected log p(x | z)), −log p(x), and the distance of the code. Pass them to `auroc()`,
 * `averagePrecision()` or `anomalyThreshold()`.
 *
 * The scores of an example do not depend on the other examples, because its draws depend only on its values and the seed. The
 * first call compiles the model; later calls with the same model and options do not.
 *
 * @param x [examples, …data], with the same scaling and binarization as the training data
 * @throws ArgumentError for a model that cannot be scored, data outside its support, and options out of range
 */
export async function anomalyScores(
  model: ScoredModel,
  x: tf.Tensor,
  options: AnomalyScoresOptions = {},
): Promise<AnomalyScores> {
  return anomalyScorer(model, options, "anomalyScores()").score(x);
}
