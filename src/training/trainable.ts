import type { Rng } from "../runtime/rng";
import type { tf } from "../runtime/tensorflow";

/** One batch: named tensors whose first axis is the example, for example `{x: [batch, 784], y: [batch]}`. */
export type Batch = Readonly<Record<string, tf.Tensor>>;

/** What a loss is told besides the batch. */
export interface StepContext {
  /** The random numbers of this step: every step has a stream of its own. */
  readonly rng: Rng;
  /** True while fitting, false while evaluating (for dropout and batch normalization). */
  readonly training: boolean;
  /** The current values of the schedules given to `fit`, by name: float32 scalars, for example `{beta}`. */
  readonly schedules: Readonly<Record<string, tf.Scalar>>;
}

/** What a loss says of a batch. */
export interface StepResult {
  /** What is minimized: a scalar. */
  readonly loss: tf.Tensor;
  /** What is shown and recorded besides: per-example values [batch], in nats. */
  readonly terms: Readonly<Record<string, tf.Tensor>>;
}

/** One kind of step: a loss, the variables it moves, and how. Models that alternate between losses have several. */
export interface Phase {
  readonly name: string;
  /** The variables this phase trains. */
  readonly variables: () => tf.Variable[];
  /** Computes the loss of a batch with tfjs operations only, so that it can be compiled. */
  readonly loss: (batch: Batch, context: StepContext) => StepResult;
  /** The factor on the learning rate of the fit in this phase's steps, of at least 0; defaults to 1. */
  readonly learningRateScale?: number;
}

/** What `fit` needs to know of a model. */
export interface Trainable {
  /** The steps that `fit` takes on every batch, in this order. */
  readonly phases: readonly Phase[];
  /** Everything that training changes, in a fixed order: what checkpoints hold (includes moving averages). */
  readonly variables: () => tf.Variable[];
  /** Checks data once, before they are used: throws an error that names the function `where` and what is wrong. */
  readonly check?: (where: string, data: Batch) => void;
}
