import { executeOp } from "../runtime/execute-op";
import { tf } from "../runtime/tensorflow";

/**
 * One-hot rows; an index out of range gives a row of zeros. Unlike tf.oneHot, it also accepts a single class.
 *
 * @param indices int32, any shape
 * @returns float32, the shape of the indices + [classes]
 */
export function oneHot(indices: tf.Tensor, classes: number): tf.Tensor {
  return tf.tidy(() =>
    executeOp("OneHot", { T: "float32", TI: "int32" }, [
      indices,
      tf.scalar(classes, "int32"),
      tf.scalar(1),
      tf.scalar(0),
    ]),
  );
}
