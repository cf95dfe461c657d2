import { tf } from "./tensorflow";

/**
 * Computes a tensor, reads its values and disposes of it. The values are read outside `tf.tidy`, which would look for tensors in
 * every element of the array: that takes more than a millisecond for 10,000 elements.
 */
export function readValues<D extends "float32" | "int32" = "float32">(compute: () => tf.Tensor): tf.DataTypeMap[D] {
  const tensor = tf.tidy(compute);
  try {
    return tensor.dataSync<D>();
  } finally {
    tensor.dispose();
  }
}
