import { ArgumentError } from "./argument-error";
import { listOf } from "./list-of";
import type { tf } from "./tensorflow";

/** The class of each example, 0, 1, 2, …: an int32 tensor [examples], or whole numbers in any list. */
export type ClassLabels = tf.Tensor1D | ArrayLike<number>;

/**
 * Reads labels into JavaScript memory.
 *
 * @param classes how many classes there are, where that is known; defaults to any number
 * @throws ArgumentError for anything but one whole number of at least 0, and below `classes`, per example
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
