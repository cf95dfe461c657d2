import { discretisedLogistic } from "../distributions/discretized-logistic";
import { tf } from "../runtime/tensorflow";
import type { Likelihood } from "./likelihood";

/** Options of `discretisedLogisticLikelihood()`. */
export interface DiscretisedLogisticLikelihoodOptions {
  /** The number of gray levels, at least 2; defaults to 256. */
  levels?: number;
}

/**
 * Log-probabilities of gray levels 0, 1/(levels − 1), …, 1 (Kingma et al. 2016, section 5.1); the decoder gives the mean,
 * through a sigmoid, and one learned scale serves all components.
 */
export function discretisedLogisticLikelihood(options: DiscretisedLogisticLikelihoodOptions = {}): Likelihood {
  const { levels = 256 } = options;
  const { support } = discretisedLogistic({ mean: 0, logScale: 0, levels, shape: [1, 1] });
  const logScale = tf.tidy(() => tf.variable(tf.scalar(-1)));
  return {
    spec: { factory: "discretisedLogisticLikelihood", options: { levels } },
    outputsPerComponent: 1,
    support,
    variables: [logScale],
    distribution: (outputs, dataShape) =>
      discretisedLogistic({ mean: tf.sigmoid(outputs.reshape([-1, ...dataShape])), logScale, levels }),
  };
}
