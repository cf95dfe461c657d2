import type { Rng } from "../runtime/rng";
import type { Rule } from "../runtime/rules";
import type { tf } from "../runtime/tensorflow";

/** One batch: named tensors whose first axis is the example, for example `{x: [batch, 784], y: [batch]}`. */
export type Batch = Readonly<Record<string, tf.Tensor>>;

/** What a loss receives besides the batch. */
export interface StepContext {
  /** The random numbers of this step: every step has a stream of its own. */
  readonly rng: Rng;
  /** True while fitting, false while evaluating (for dropout and batch normalization). */
  readonly training: boolean;
  /** The current values of the schedules given to `fit`, by name: float32 scalars, for example `{beta}`. */
  readonly schedules: Readonly<Record<string, tf.Scalar>>;
}

/** What a loss returns for a batch. */
export interface StepResult<Term extends string = string> {
  /** What is minimized: a scalar. */
  readonly loss: tf.Tensor;
  /** What is shown and recorded besides: per-example values [batch], in nats. */
  readonly terms: Readonly<Record<Term, tf.Tensor>>;
  /**
   * The bound on the log-likelihood without any weights: [batch], nats, higher is better. It does not change with β, free
   * bits or a warm-up, so that epochs under a schedule can be compared: `fit` records it as `bound`, and early stopping and
   * the best weights follow it. Absent where a phase maximizes no bound (a discriminator, a classifier).
   */
  readonly bound?: tf.Tensor;
}

/**
 * One kind of training step: a loss, the variables it moves, and how. Models that alternate between losses have several.
 * The type knows the names of the phase and of its terms, under which `evaluate` reports them.
 */
export interface Phase<Name extends string = string, Term extends string = string> {
  readonly name: Name;
  /** The variables this phase trains. */
  readonly variables: () => tf.Variable[];
  /** Computes the loss of a batch with tfjs operations only, so that it can be compiled. */
  readonly loss: (batch: Batch, context: StepContext) => StepResult<Term>;
  /** The factor on the learning rate of the fit in this phase's steps, at least 0; defaults to 1. */
  readonly learningRateScale?: number;
  /**
   * The fewest examples the loss can be computed from; defaults to 1. `fit` and `evaluate` add a smaller rest to the batch
   * before it.
   */
  readonly minimumBatch?: number;
  /**
   * The tensors that the loss may read, for example `["x", "c"]`. Where every phase of a model says so, `fit` and `evaluate`
   * refuse data that hold any other tensor.
   */
  readonly inputs?: readonly string[];
  /**
   * The schedules that the loss may read, and which values each accepts, for example `{ beta: nonNegative }`. Where every
   * phase of a model says so, `fit` and `evaluate` refuse schedules of any other name.
   */
  readonly schedules?: Readonly<Record<string, Rule<number>>>;
}
