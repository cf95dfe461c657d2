import { checkData, checkShape } from "../../distributions/check-data";
import { supports } from "../../distributions/support";
import { ArgumentError } from "../../runtime/argument-error";
import { inBatches } from "../../runtime/in-batches";
import { tf } from "../../runtime/tensorflow";

/** The additional input of a network for each example, beside x or z: a condition, or a one-hot label. */
export interface Condition {
  readonly shape: readonly number[];
  /** The number of values in one condition. */
  readonly size: number;
  /** Checks by shape that there is one condition per example. It reads no values. */
  checkShape(where: string, c: tf.Tensor, examples?: number): void;
  /** Checks shape and values. */
  checkData(where: string, c: tf.Tensor, examples?: number): void;
  /** [batch, …shape] → [batch, size] */
  flat(c: tf.Tensor): tf.Tensor2D;
  /** Applies a function to x [examples, …] and the conditions, one part at a time, so large data sets need little memory. */
  inBatches(x: tf.Tensor, c: tf.Tensor, apply: (x: tf.Tensor, c: tf.Tensor) => tf.Tensor): tf.Tensor;
}

/**
 * @param argument its name in errors: "c"
 * @param noun the noun for one of them: "condition"
 */
export function conditionOf(argument: string, noun: string, shape: readonly number[]): Condition {
  const size = tf.util.sizeFromShape([...shape]);
  const checkCount = (where: string, c: tf.Tensor, examples: number | undefined): void => {
    if (examples === undefined || c.shape[0] === examples) return;
    throw new ArgumentError(where, argument, c.shape, `of shape [${examples}, ${shape}], one ${noun} per example`);
  };
  const flat = (c: tf.Tensor): tf.Tensor2D => c.reshape([-1, size]);
  return {
    shape,
    size,
    checkShape(where, c, examples) {
      checkShape(where, argument, c, shape);
      checkCount(where, c, examples);
    },
    checkData(where, c, examples) {
      checkData(where, argument, c, shape, supports.real);
      checkCount(where, c, examples);
    },
    flat,
    inBatches: (x, c, apply) =>
      tf.tidy(() => {
        const width = x.size / (x.shape[0] as number);
        return inBatches(tf.concat([x.reshape([-1, width]), flat(c)], 1), (part) => {
          const [first, second] = tf.split(part, [width, size], 1) as [tf.Tensor, tf.Tensor];
          return apply(first.reshape([-1, ...x.shape.slice(1)]), second.reshape([-1, ...shape]));
        });
      }),
  };
}
