import type { Batch, Phase } from "../objectives/phase";
import type { tf } from "../runtime/tensorflow";

/** What `fit` needs to know of a model. */
export interface Trainable {
  /** The steps that `fit` takes on every batch, in this order. */
  readonly phases: readonly Phase[];
  /** Everything that training changes, in a fixed order: what checkpoints hold (includes moving averages). */
  readonly variables: () => tf.Variable[];
  /** Checks data once, before they are used: throws an error that names the function `where` and what is wrong. */
  readonly check?: (where: string, data: Batch) => void;
}
