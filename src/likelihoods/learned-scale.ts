import { smoothFloor } from "../distributions/smooth-floor";
import { stopGradient } from "../runtime/stop-gradient";
import { tf } from "../runtime/tensorflow";
import { pooledLogError } from "./pooled-log-error";

/** The logarithm of one scale for all components, trained with the networks. */
export interface LearnedScale {
  /** The trained variable first. */
  readonly variables: readonly tf.Variable[];
  /** The logarithm of the scale, a scalar, bounded from below. */
  value(): tf.Tensor;
  /** Brings the variable near what a batch suggests; see `Likelihood.adapt`. Absent where the scale does not track errors. */
  adapt?(errors: tf.Tensor, weight?: tf.Tensor): void;
}

/** How far the logarithm may be from what recent errors suggest, in nats. */
const band = 1;

/**
 * A learned scale. Adam moves a variable by no more than the learning rate in a step, which for the logarithm of a scale is
 * thousands of steps from 1 to 0.05. A scale that tracks errors is brought to within 1 nat of the logarithm of the pooled
 * error (`pooledLogError`) before each training step, and gradients do the rest.
 *
 * @param options.track whether it does so
 * @param options.initial where the logarithm starts
 * @param options.smallest its least value
 * @param options.offset the logarithm of the scale for a mean error of 1
 */
export function learnedScale({ initial = 0, smallest = -10, offset = 0, track = false } = {}): LearnedScale {
  const logScale = tf.tidy(() => tf.variable(tf.scalar(initial))) as tf.Variable;
  const value = (): tf.Tensor => smoothFloor(logScale, smallest);
  if (!track) return { variables: [logScale], value };
  const pooled = pooledLogError(smallest - offset);
  const [logError] = pooled.variables;
  return {
    variables: [logScale, ...pooled.variables],
    value,
    adapt(errors, weight) {
      pooled.update(errors, weight);
      const within = stopGradient<tf.Tensor>(() => {
        const suggested = tf.add(logError, offset);
        return tf.minimum(tf.maximum(logScale, tf.sub(suggested, band)), tf.add(suggested, band));
      });
      logScale.assign(within as tf.Scalar);
    },
  };
}
