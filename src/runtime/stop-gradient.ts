import { tf } from "./tensorflow";

/**
 * The value of `f` without a gradient: `tf.grad` treats it as a constant, whatever tensors `f` reads.
 *
 * @param f computes the value; all other tensors that it creates are disposed
 */
export function stopGradient<T extends tf.Tensor>(f: () => T): T {
  // Inside a custom gradient nothing is recorded on the tape, and this one has no inputs to send a gradient to. The clone
  // matters if `f` returns an existing tensor: without it, that tensor would become the output of this node.
  return tf.customGrad(() => ({ value: tf.tidy(() => f().clone()), gradFunc: () => [] }))() as T;
}
