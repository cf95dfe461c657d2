import { tf } from "./tensorflow";

type DType = "float32" | "int32" | "bool";
interface NodeBackend {
  binding: Record<string, number>;
  executeSingleOutput(name: string, attributes: object[], inputs: tf.Tensor[]): tf.Tensor;
}

/**
 * Runs a TensorFlow op that tfjs has no function for. The result has no gradient.
 *
 * @param name the name of the op in TensorFlow
 * @param attributes its type and boolean attributes, by name; the others keep TensorFlow's defaults
 */
export function executeOp(name: string, attributes: Record<string, DType | boolean>, inputs: tf.Tensor[]): tf.Tensor {
  const backend = tf.backend() as unknown as NodeBackend;
  const { binding } = backend;
  const number = { float32: binding.TF_FLOAT, int32: binding.TF_INT32, bool: binding.TF_BOOL };
  const encoded = Object.entries(attributes).map(([key, value]) =>
    typeof value === "boolean"
      ? { name: key, type: binding.TF_ATTR_BOOL, value }
      : { name: key, type: binding.TF_ATTR_TYPE, value: number[value] },
  );
  return backend.executeSingleOutput(name, encoded, inputs);
}
