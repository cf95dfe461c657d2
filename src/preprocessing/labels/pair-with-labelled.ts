import { ArgumentError } from "../../runtime/argument-error";
import { rng } from "../../runtime/rng";
import { tf } from "../../runtime/tensorflow";

/** A few examples with their labels (or numbers), example first. */
export interface Labelled {
  readonly x: tf.Tensor;
  readonly y: tf.Tensor;
}

/** Each example with a labelled one beside it; made by `pairWithLabelled()`. The tensors are the caller's. */
export interface Paired {
  readonly x: tf.Tensor;
  readonly labelledX: tf.Tensor;
  readonly y: tf.Tensor;
  readonly [name: string]: tf.Tensor;
}

/**
 * Puts a labelled example beside every example of a larger set, so that `fit` goes through both together: each labelled one
 * is repeated as often as the others, up to one time, in random order.
 *
 * @param x [examples, …data]
 * @param labelled x [labelled, …data] and y [labelled, …], at most as many as there are examples
 * @throws ArgumentError for shapes that do not fit
 */
export function pairWithLabelled(x: tf.Tensor, labelled: Labelled, { seed = 0 }: { seed?: number } = {}): Paired {
  const where = "pairWithLabelled()";
  if (!isUsable(x) || x.rank === 0 || x.size === 0) {
    throw new ArgumentError(where, "x", x, "a tensor with at least one example");
  }
  const examples = x.shape[0] as number;
  const { x: few, y } = labelled ?? {};
  const shape = x.shape.slice(1);
  const fits = isUsable(few) && tf.util.arraysEqual(few.shape.slice(1), shape) && few.rank === x.rank;
  const count = fits ? (few.shape[0] as number) : 0;
  if (!fits || count === 0 || count > examples) {
    throw new ArgumentError(where, "labelled.x", few, `of shape [labelled, ${shape}] with 1 to ${examples} examples`);
  }
  if (!isUsable(y) || y.shape[0] !== count) {
    throw new ArgumentError(where, "labelled.y", y, `a tensor with ${count} examples, as many as labelled.x`);
  }
  return tf.tidy(() => {
    const whole = tf.mod(rng(seed).permutation(examples), tf.scalar(count, "int32")).toInt();
    return { x: x.clone(), labelledX: tf.gather(few, whole), y: tf.gather(y, whole) };
  });
}

const isUsable = (value: unknown): value is tf.Tensor => value instanceof tf.Tensor && !value.isDisposed;
