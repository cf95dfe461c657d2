import { ArgumentError } from "./argument-error";
import { tf } from "./tensorflow";

/**
 * Reads the single number in a tensor.
 *
 * @param tensor a tensor with one element, or a function that computes one. Tensors that the function makes are disposed; a
 *   tensor that is passed in is not.
 * @throws ArgumentError for anything else
 */
export function toNumber(tensor: tf.Tensor | (() => tf.Tensor)): number {
  return tf.tidy(() => {
    const result = typeof tensor === "function" ? tensor() : tensor;
    if (!(result instanceof tf.Tensor) || result.size !== 1) {
      const given = result instanceof tf.Tensor ? `a tensor of shape [${result.shape}]` : result;
      throw new ArgumentError(
        "toNumber()",
        "tensor",
        given,
        "a tensor with one element, or a function that returns one",
      );
    }
    return result.dataSync()[0] as number;
  });
}
