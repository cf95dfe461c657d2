import { fetchVariables } from "../jit/fetch-variables";
import { tf } from "../runtime/tensorflow";

/** A copy of variables' values in native memory. */
export interface Snapshot {
  readonly values: readonly tf.Tensor[];
  /** Restores the values. */
  restore(): void;
  dispose(): void;
}

/** Copies the values of variables, so that they can be restored. */
export function snapshot(variables: readonly tf.Variable[], values: readonly tf.Tensor[] = variables): Snapshot {
  fetchVariables(variables);
  // A clone shares the values, and an assignment to the variable does not change the clone.
  const copies = tf.tidy(() => values.map((value) => tf.keep(tf.clone(value))));
  return {
    values: copies,
    restore: () => {
      for (const [i, variable] of variables.entries()) variable.assign(copies[i] as tf.Tensor);
    },
    dispose: () => tf.dispose(copies),
  };
}
