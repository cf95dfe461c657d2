import type { tf } from "../runtime/tensorflow";

/** The variables that a fit is training at this moment. */
const inTraining = new WeakSet<tf.Variable>();

/**
 * Marks variables as being trained until the returned function is called. Two fits at once would each move the variables
 * under the other's steps, and neither's history would be true.
 *
 * @throws Error where another fit is training one of them
 */
export function claimVariables(variables: readonly tf.Variable[]): () => void {
  const claimed = variables.find((variable) => inTraining.has(variable));
  if (claimed !== undefined) {
    throw new Error(
      `fit(): another fit() is still training this model (the variable ${claimed.name}). Wait for it with \`await\`, or end it with its \`signal\`.`,
    );
  }
  for (const variable of variables) inTraining.add(variable);
  return () => {
    for (const variable of variables) inTraining.delete(variable);
  };
}
