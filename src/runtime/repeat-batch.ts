import { tf } from "./tensorflow";

/** All examples of a batch [batch, …] n times, one pass after the other: [n · batch, …]. Any rank. */
export const repeatBatch = (x: tf.Tensor, n: number): tf.Tensor => tf.tile(x, [n, ...x.shape.slice(1).map(() => 1)]);
