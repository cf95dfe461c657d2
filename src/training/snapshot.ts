import { fetchVariables } from "../jit/fetch-variables";
import { tf } from "../runtime/tensorflow";

/** A copy of variables' values in native memory. */
export interface Snapshot {
  readonly values: readonly tf.Tensor[];
  /** Puts the values back. */
  restore(): void;
  dispose(): void;
}

/** Copies variables' values, so that they can be put back. */
export function snapshot(variables: readonly tf.Variable[], values: readonly tf.Tensor[] = variables): Snapshot {
  fetchVariables(variables);
  // A clone shares the values, and an assignment to the variable leaves the clone as it is.
  const copies = tf.tidy(() => values.map((value) => tf.keep(tf.clone(value))));
  return {
    values: copies,
    restore: () => {
      for (const [i, variable] of variables.entries()) variable.assign(copies[i] as tf.Tensor);
    },
    dispose: () => tf.dispose(copies),
  };
}
