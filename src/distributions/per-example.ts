import { ArgumentError } from "../runtime/argument-error";
import { tf } from "../runtime/tensorflow";

declare const unit: unique symbol;

/**
 * One number per example: [batch], in nats, already summed over the event. Examples are a distortion, a rate or a bound.
 *
 * The type checker distinguishes it from a mean over the batch and from a loss, so you cannot accidentally add a
 * mean-reduced term to a sum-reduced one. Otherwise it is an ordinary tensor. Arithmetic returns a plain tensor, which
 * `perExample` converts back.
 */
export type PerExample = tf.Tensor1D & { readonly [unit]: "nats per example" };

/**
 * Declares that a tensor has one number per example, in nats.
 *
 * @param values [batch], float32
 * @param name what the numbers are, for the error; defaults to "values"
 * @throws ArgumentError unless values is a float32 tensor of shape [batch]
 */
export function perExample(values: tf.Tensor, name = "values"): PerExample {
  if (!(values instanceof tf.Tensor) || values.rank !== 1 || values.dtype !== "float32") {
    throw new ArgumentError("perExample()", name, values, "a float32 tensor of shape [batch], one number per example");
  }
  return values as PerExample;
}
