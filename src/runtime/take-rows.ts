import { ArgumentError } from "./argument-error";
import { tf } from "./tensorflow";

/**
 * Picks examples from a batch.
 *
 * @param x [examples, …]
 * @param indices which examples, in this order; an index may repeat
 * @returns [indices.length, …], of the type of x
 * @throws ArgumentError for an index that is not one of 0 … examples − 1
 */
export function takeRows<T extends tf.Tensor>(x: T, indices: ArrayLike<number>): T {
  const examples = x.shape[0] ?? 0;
  const wrong = Array.from(indices).find((index) => !(Number.isInteger(index) && index >= 0 && index < examples));
  if (wrong !== undefined) {
    throw new ArgumentError("takeRows()", "indices", wrong, `integers from 0 to ${examples - 1}`);
  }
  return tf.tidy(() => tf.gather(x, tf.tensor1d(Int32Array.from(indices), "int32"))) as T;
}
