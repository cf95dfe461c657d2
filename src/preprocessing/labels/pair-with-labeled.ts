import { factsBundle } from "../../display/table";
import { withDisplay } from "../../display/with-display";
import { ArgumentError } from "../../runtime/argument-error";
import { checkOptions, optionsSchema } from "../../runtime/check-options";
import { rng } from "../../runtime/rng";
import { seedNumber } from "../../runtime/rules";
import { tf } from "../../runtime/tensorflow";

/** A few labeled examples: x with labels (or numbers) y; the examples are the first axis. */
export interface Labeled {
  readonly x: tf.Tensor;
  readonly y: tf.Tensor;
}

/**
 * Pairs of an example and a labeled example, created by `pairWithLabeled()`. Has a display in a cell. The caller owns
 * the tensors.
 */
export interface Paired {
  readonly x: tf.Tensor;
  readonly labeledX: tf.Tensor;
  readonly y: tf.Tensor;
  readonly [name: string]: tf.Tensor;
}

/** Options of `pairWithLabeled()`. */
export interface PairWithLabeledOptions {
  /** Seed of the order; defaults to 0. */
  seed?: number;
}

const schema = optionsSchema<PairWithLabeledOptions>({ seed: seedNumber.optional() });

/**
 * Pairs every example of a larger set with a labeled example, so `fit` can use both together. The labeled examples are repeated
 * in random order, and the numbers of copies differ by at most one.
 *
 * @param x [examples, …data]
 * @param labeled x [labeled, …data] and y [labeled, …], with at most as many labeled examples as examples in x
 * @throws ArgumentError for shapes that do not match
 */
export function pairWithLabeled(x: tf.Tensor, labeled: Labeled, options: PairWithLabeledOptions = {}): Paired {
  const where = "pairWithLabeled()";
  checkOptions(where, schema, options);
  const { seed = 0 } = options;
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
  const paired: Paired = tf.tidy(() => {
    const whole = tf.mod(rng(seed).permutation(examples), tf.scalar(count, "int32")).toInt();
    return { x: x.clone(), labeledX: tf.gather(few, whole), y: tf.gather(y, whole) };
  });
  return withDisplay(paired, (all) =>
    factsBundle(
      `${examples} examples, each with one of ${count} labeled ones`,
      Object.fromEntries(Object.entries(all).map(([name, tensor]) => [name, `[${tensor.shape.join(", ")}]`])),
    ),
  );
}

const isUsable = (value: unknown): value is tf.Tensor => value instanceof tf.Tensor && !value.isDisposed;
