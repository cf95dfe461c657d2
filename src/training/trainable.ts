import type { Batch, Phase } from "../objectives/phase";
import type { tf } from "../runtime/tensorflow";

/** The part of a model that `fit` needs. */
export interface Trainable {
  /** The phases that `fit` runs on every batch, in this order. */
  readonly phases: readonly Phase[];
  /** All variables that training changes, including moving averages, in a fixed order. Checkpoints store them. */
  readonly variables: () => tf.Variable[];
  /** Checks data once, before training or evaluation. Throws an error that names the function `where` and the problem. */
  readonly check?: (where: string, data: Batch) => void;
}
