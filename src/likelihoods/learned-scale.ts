import { smoothFloor } from "../distributions/smooth-floor";
import { stopGradient } from "../runtime/stop-gradient";
import { tf } from "../runtime/tensorflow";
import { pooledLogError } from "./pooled-log-error";

/** The logarithm of one scale for all components, trained together with the networks. */
export interface LearnedScale {
  /** The trained variable comes first. */
  readonly variables: readonly tf.Variable[];
  /** The logarithm of the scale, a scalar, bounded from below. */
  value(): tf.Tensor;
  /** Moves the variable close to the scale that recent errors suggest; see `Likelihood.adapt`. Absent without `track`. */
  adapt?(errors: tf.Tensor, weight?: tf.Tensor): void;
}

/** The maximum distance between the logarithm of the scale and the logarithm that recent errors suggest. */
const band = 1;

/**
 * A learned scale. Adam changes a variable by about the learning rate per step, so the scale needs thousands of steps to get from
 * 1 to 0.05. With `track`, the logarithm of the scale is clipped before each training step, so that it differs by at most 1 from
 * the value that the pooled error suggests (`pooledLogError`). Gradients do the rest.
 *
 * @param options.initial the initial logarithm; defaults to 0
 * @param options.smallest the smallest logarithm; defaults to −10
 * @param options.offset the logarithm of the scale that a mean error of 1 suggests; defaults to 0
 * @param options.track whether the scale tracks recent errors; defaults to false
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
