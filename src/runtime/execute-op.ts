import { tf } from "./tensorflow";

type DType = "float32" | "int32" | "bool";
interface NodeBackend {
  binding: Record<string, number>;
  executeSingleOutput(name: string, attributes: object[], inputs: tf.Tensor[]): tf.Tensor;
}

/**
 * Runs a TensorFlow op that tfjs has no function for. The result has no gradient.
 *
 * @param name TensorFlow's name of the op
 * @param types its type attributes, by name
 */
export function executeOp(name: string, types: Record<string, DType>, inputs: tf.Tensor[]): tf.Tensor {
  const backend = tf.backend() as unknown as NodeBackend;
  const { binding } = backend;
  const number = { float32: binding.TF_FLOAT, int32: binding.TF_INT32, bool: binding.TF_BOOL };
  const attributes = Object.entries(types).map(([key, dtype]) => ({
    name: key,
    type: binding.TF_ATTR_TYPE,
    value: number[dtype],
  }));
  return backend.executeSingleOutput(name, attributes, inputs);
}
