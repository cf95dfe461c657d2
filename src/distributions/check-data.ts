import { ArgumentError } from "../runtime/argument-error";
import { tf } from "../runtime/tensorflow";
import { checkSupport, type Support } from "./support";

/** Checks by type and shape that x is [examples, …dataShape]. It reads no values, so it works in compiled code. */
export function checkShape(where: string, argument: string, x: tf.Tensor, dataShape: readonly number[]): void {
  if (!(x instanceof tf.Tensor) || x.isDisposed || x.dtype !== "float32") {
    throw new ArgumentError(where, argument, x, `a float32 tensor of shape [examples, ${dataShape}]`);
  }
  const [examples = 0, ...rest] = x.shape;
  if (x.rank === dataShape.length + 1 && examples > 0 && tf.util.arraysEqual(rest, [...dataShape])) return;
  throw new ArgumentError(where, argument, x.shape, `of shape [examples, ${dataShape}] with at least one example`);
}

/** Checks shape and values of data. It reads the values: use it at the API boundary, not in compiled code. */
export function checkData(
  where: string,
  argument: string,
  x: tf.Tensor,
  dataShape: readonly number[],
  support: Support,
): void {
  checkShape(where, argument, x, dataShape);
  checkSupport(support, x, where, argument);
}
