import { tf } from "./tensorflow";

/**
 * The value of `f` with no gradient: to `tf.grad` it is a constant, whatever tensors `f` reads.
 *
 * @param f computes the value; what else it creates is disposed
 */
export function stopGradient<T extends tf.Tensor>(f: () => T): T {
  // Inside a custom gradient nothing is taped, and this one has no inputs to send a gradient to. The clone keeps a
  // tensor that `f` merely returns from being taken for the output of this node.
  return tf.customGrad(() => ({ value: tf.tidy(() => f().clone()), gradFunc: () => [] }))() as T;
}
