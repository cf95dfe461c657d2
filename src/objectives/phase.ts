import type { Rng } from "../runtime/rng";
import type { Rule } from "../runtime/rules";
import type { tf } from "../runtime/tensorflow";

/** One batch: named tensors with the examples as the first axis, such as `{x: [batch, 784], y: [batch]}`. */
export type Batch = Readonly<Record<string, tf.Tensor>>;

/** The context that a loss receives in addition to the batch. */
export interface StepContext {
  /** The random stream of this step. Every step has its own. */
  readonly rng: Rng;
  /** True in training, false in evaluation (for dropout and batch normalization). */
  readonly training: boolean;
  /** The current values of the schedules passed to `fit`, by name: float32 scalars, such as `{beta}`. */
  readonly schedules: Readonly<Record<string, tf.Scalar>>;
}

/** The result of a loss for a batch. */
export interface StepResult<Term extends string = string> {
  /** The scalar to minimize. */
  readonly loss: tf.Tensor;
  /** Additional values to show and record, per example: [batch], in nats. */
  readonly terms: Readonly<Record<Term, tf.Tensor>>;
  /**
   * The bound on the log-likelihood without any weights: [batch], nats, higher is better. It does not depend on β, free
   * bits or a warm-up, so epochs under a schedule can be compared. `fit` records it as `bound`, and uses it for early
   * stopping and to select the best weights. Absent if the phase does not maximize a bound (a discriminator, a
   * classifier).
   */
  readonly bound?: tf.Tensor;
}

/**
 * One kind of training step: a loss, and the variables that it trains. Models that alternate between losses have several
 * phases. The type contains the names of the phase and of its terms; `evaluate` reports the terms under these names.
 */
export interface Phase<Name extends string = string, Term extends string = string> {
  readonly name: Name;
  /** The variables this phase trains. */
  readonly variables: () => tf.Variable[];
  /** Computes the loss of a batch. It uses only tfjs operations, so it can be compiled. */
  readonly loss: (batch: Batch, context: StepContext) => StepResult<Term>;
  /** A factor on the learning rate in this phase's steps, at least 0; defaults to 1. */
  readonly learningRateScale?: number;
  /**
   * The smallest batch for which the loss can be computed; defaults to 1. `fit` and `evaluate` merge a smaller last batch
   * into the batch before it.
   */
  readonly minimumBatch?: number;
  /**
   * The tensors that the loss may read, such as `["x", "c"]`. If every phase of a model declares them, `fit` and `evaluate`
   * reject data with any other tensor.
   */
  readonly inputs?: readonly string[];
  /**
   * The schedules that the loss may read, with a rule for the values of each, such as `{ beta: nonNegative }`. If every
   * phase of a model declares them, `fit` and `evaluate` reject schedules with any other name.
   */
  readonly schedules?: Readonly<Record<string, Rule<number>>>;
}
