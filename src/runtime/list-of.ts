import { tf } from "./tensorflow";

/**
 * The numbers (or booleans) of a tensor of rank 1 or of any list, in JavaScript memory; undefined for anything else.
 *
 * @param dtypes the accepted tensor types
 */
export function listOf(values: unknown, dtypes: readonly tf.DataType[]): (number | boolean)[] | undefined {
  if (values instanceof tf.Tensor) {
    const fits = !values.isDisposed && values.rank === 1 && dtypes.includes(values.dtype);
    return fits ? Array.from(values.dataSync()) : undefined;
  }
  const isList = Array.isArray(values) || (ArrayBuffer.isView(values) && !(values instanceof DataView));
  return isList ? Array.from(values as unknown as ArrayLike<number>) : undefined;
}
