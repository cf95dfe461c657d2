import { type PerExample, perExample } from "../distributions/per-example";
import { tf } from "../runtime/tensorflow";

/** A scalar of a whole batch, repeated for each example: [batch], with the shape of `like`, another term of the batch. */
export const broadcastToBatch = (value: tf.Tensor, like: PerExample): PerExample =>
  perExample(tf.mul(tf.onesLike(like), value));
