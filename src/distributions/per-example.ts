import { ArgumentError } from "../runtime/argument-error";
import { tf } from "../runtime/tensorflow";

declare const unit: unique symbol;

/**
 * One number per example, shape [batch], in nats, already summed over the event: a distortion, a rate, a bound.
 *
 * To the compiler it differs from a mean over the batch and from a loss, so that a mean-reduced term cannot be added to a
 * sum-reduced one by accident. It is an ordinary tensor otherwise; arithmetic gives a plain tensor, which `perExample`
 * takes back.
 */
export type PerExample = tf.Tensor1D & { readonly [unit]: "nats per example" };

/**
 * Declares that a tensor holds one number per example in nats.
 *
 * @param values [batch], float32
 * @param name what the numbers are, for the error; defaults to "values"
 */
export function perExample(values: tf.Tensor, name = "values"): PerExample {
  if (!(values instanceof tf.Tensor) || values.rank !== 1 || values.dtype !== "float32") {
    throw new ArgumentError("perExample()", name, values, "a float32 tensor of shape [batch], one number per example");
  }
  return values as PerExample;
}
