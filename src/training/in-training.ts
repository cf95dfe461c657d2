import type { tf } from "../runtime/tensorflow";

/** The variables that a call of `fit` is currently training. */
const inTraining = new WeakSet<tf.Variable>();

/**
 * Marks variables as in training until the returned function is called. If two calls of `fit` ran at the same time, both would
 * change the variables, and neither history would be correct.
 *
 * @throws Error if another call of `fit` is training one of them
 */
export function claimVariables(variables: readonly tf.Variable[]): () => void {
  const claimed = variables.find((variable) => inTraining.has(variable));
  if (claimed !== undefined) {
    throw new Error(
      `fit(): another fit() is still training this model (the variable ${claimed.name}). Wait for it with \`await\`, or stop it with its \`signal\`.`,
    );
  }
  for (const variable of variables) inTraining.add(variable);
  return () => {
    for (const variable of variables) inTraining.delete(variable);
  };
}
