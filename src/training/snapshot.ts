import { tf } from "../runtime/tensorflow";

/** A copy of variables' values in native memory. */
export interface Snapshot {
  /** Puts the values back. */
  restore(): void;
  dispose(): void;
}

/** Copies variables' values, so that they can be put back. */
export function snapshot(variables: readonly tf.Variable[]): Snapshot {
  // A clone shares the values, and an assignment to the variable leaves the clone as it is.
  const values = tf.tidy(() => variables.map((variable) => tf.keep(tf.clone(variable))));
  return {
    restore: () => variables.forEach((variable, i) => void variable.assign(values[i] as tf.Tensor)),
    dispose: () => tf.dispose(values),
  };
}
