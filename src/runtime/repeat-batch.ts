import { tf } from "./tensorflow";

/** Repeats a whole batch [batch, …] n times: [n · batch, …]. Works for any rank. */
export const repeatBatch = (x: tf.Tensor, n: number): tf.Tensor => tf.tile(x, [n, ...x.shape.slice(1).map(() => 1)]);
