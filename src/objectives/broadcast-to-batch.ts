import { type PerExample, perExample } from "../distributions/per-example";
import { tf } from "../runtime/tensorflow";

/** One number for a whole batch, repeated for each of its examples: [batch], like another term of the batch. */
export const broadcastToBatch = (value: tf.Tensor, like: PerExample): PerExample =>
  perExample(tf.mul(tf.onesLike(like), value));
