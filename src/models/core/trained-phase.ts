import type { Rng } from "../../runtime/rng";
import type { tf } from "../../runtime/tensorflow";

/** How networks are run: in training, layers that draw random numbers take them from `rng`. */
export interface NetworkContext {
  readonly training?: boolean;
  readonly rng?: Rng;
}

/**
 * One kind of training step of a model, as `fit` takes it: its loss on a batch, and the variables that it moves. Its type
 * knows the names of the phase and of its terms, by which `evaluate` reports them.
 */
export interface TrainedPhase<Name extends string, Term extends string> {
  readonly name: Name;
  readonly variables: () => tf.Variable[];
  readonly loss: (
    batch: Readonly<Record<string, tf.Tensor>>,
    context: { rng: Rng; training: boolean; schedules: Readonly<Record<string, tf.Scalar>> },
  ) => { loss: tf.Tensor; terms: Readonly<Record<Term, tf.Tensor>> };
  /** The factor on the learning rate of the fit in this phase's steps, of at least 0; defaults to 1. */
  readonly learningRateScale?: number;
}
