import type { Batch, Phase } from "../objectives/phase";
import type { tf } from "../runtime/tensorflow";

/** The part of a model that `fit` needs. */
export interface Trainable {
  /** The steps that `fit` takes on every batch, in this order. */
  readonly phases: readonly Phase[];
  /** All variables that training changes (including moving averages), in a fixed order. Checkpoints contain these. */
  readonly variables: () => tf.Variable[];
  /** Checks data once, before they are used. Throws an error that names the function `where` and the problem. */
  readonly check?: (where: string, data: Batch) => void;
}
