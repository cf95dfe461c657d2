import { ArgumentError } from "./argument-error";
import { listOf } from "./list-of";
import type { tf } from "./tensorflow";

/** The class of each example (0, 1, 2, …): an int32 tensor [examples], or any list of whole numbers. */
export type ClassLabels = tf.Tensor1D | ArrayLike<number>;

/**
 * Reads labels into JavaScript memory.
 *
 * @param classes the number of classes, if known; defaults to no limit
 * @throws ArgumentError unless there is one whole number per example, at least 0 and below `classes`
 */
export function readClassLabels(
  where: string,
  argument: string,
  labels: ClassLabels,
  classes = 2 ** 31 - 1,
): Int32Array {
  const values = listOf(labels, ["int32"]) as number[] | undefined;
  if (values === undefined || values.length === 0) {
    throw new ArgumentError(where, argument, labels, "an int32 tensor of shape [examples] or a list of whole numbers");
  }
  const bad = values.findIndex((value) => !(Number.isInteger(value) && value >= 0 && value < classes));
  if (bad >= 0) {
    const accepted = classes < 2 ** 31 - 1 ? `a class from 0 to ${classes - 1}` : "a class: 0, 1, 2, …";
    throw new ArgumentError(where, `${argument}[${bad}]`, values[bad], accepted);
  }
  return Int32Array.from(values);
}
