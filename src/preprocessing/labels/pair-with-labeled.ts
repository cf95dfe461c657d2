import { ArgumentError } from "../../runtime/argument-error";
import { rng } from "../../runtime/rng";
import { tf } from "../../runtime/tensorflow";

/** A few examples with their labels (or numbers), example first. */
export interface Labeled {
  readonly x: tf.Tensor;
  readonly y: tf.Tensor;
}

/** Each example with a labeled one beside it; made by `pairWithLabeled()`. The tensors are the caller's. */
export interface Paired {
  readonly x: tf.Tensor;
  readonly labeledX: tf.Tensor;
  readonly y: tf.Tensor;
  readonly [name: string]: tf.Tensor;
}

/**
 * Puts a labeled example beside every example of a larger set, so that `fit` goes through both together: each labeled one
 * is repeated as often as the others, up to one time, in random order.
 *
 * @param x [examples, …data]
 * @param labeled x [labeled, …data] and y [labeled, …], at most as many as there are examples
 * @throws ArgumentError for shapes that do not fit
 */
export function pairWithLabeled(x: tf.Tensor, labeled: Labeled, { seed = 0 }: { seed?: number } = {}): Paired {
  const where = "pairWithLabeled()";
  if (!isUsable(x) || x.rank === 0 || x.size === 0) {
    throw new ArgumentError(where, "x", x, "a tensor with at least one example");
  }
  const examples = x.shape[0] as number;
  const { x: few, y } = labeled ?? {};
  const shape = x.shape.slice(1);
  const fits = isUsable(few) && tf.util.arraysEqual(few.shape.slice(1), shape) && few.rank === x.rank;
  const count = fits ? (few.shape[0] as number) : 0;
  if (!fits || count === 0 || count > examples) {
    throw new ArgumentError(where, "labeled.x", few, `of shape [labeled, ${shape}] with 1 to ${examples} examples`);
  }
  if (!isUsable(y) || y.shape[0] !== count) {
    throw new ArgumentError(where, "labeled.y", y, `a tensor with ${count} examples, as many as labeled.x`);
  }
  return tf.tidy(() => {
    const whole = tf.mod(rng(seed).permutation(examples), tf.scalar(count, "int32")).toInt();
    return { x: x.clone(), labeledX: tf.gather(few, whole), y: tf.gather(y, whole) };
  });
}

const isUsable = (value: unknown): value is tf.Tensor => value instanceof tf.Tensor && !value.isDisposed;
