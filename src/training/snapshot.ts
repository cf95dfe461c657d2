import { fetchVariables } from "../jit/fetch-variables";
import { tf } from "../runtime/tensorflow";

/** A copy of the values of variables, in native memory. */
export interface Snapshot {
  readonly values: readonly tf.Tensor[];
  /** Restores the values. */
  restore(): void;
  dispose(): void;
}

/**
 * Keeps the values of variables so that they can be restored later.
 *
 * @param values the values to restore; defaults to the current values of the variables
 */
export function snapshot(variables: readonly tf.Variable[], values: readonly tf.Tensor[] = variables): Snapshot {
  fetchVariables(variables);
  // A clone shares memory with the variable. Assigning to the variable replaces its data and leaves the clone unchanged.
  const copies = tf.tidy(() => values.map((value) => tf.keep(tf.clone(value))));
  return {
    values: copies,
    restore: () => {
      for (const [i, variable] of variables.entries()) variable.assign(copies[i] as tf.Tensor);
    },
    dispose: () => tf.dispose(copies),
  };
}
