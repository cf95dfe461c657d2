import type { Distribution } from "../distributions/distribution";
import { klPerDimension } from "../distributions/kl";
import { ArgumentError } from "../runtime/argument-error";
import { readValues } from "../runtime/read-values";
import { tf } from "../runtime/tensorflow";

/** The part of a model that `ratePerDimension()` needs. */
export interface EncodingModel {
  readonly prior: Distribution;
  encode(x: tf.Tensor): Distribution;
}

const batch = 1000;

/**
 * The mean over examples of KL(q(z_j | x) ‖ p(z_j)) for each latent dimension j, in nats per example. The sum is the mean
 * rate.
 *
 * @param x [examples, …data]
 * @returns one number per latent dimension
 * @throws Error if the divergence is not a sum over dimensions
 */
export function ratePerDimension(model: EncodingModel, x: tf.Tensor): Float32Array {
  const size = x instanceof tf.Tensor && !x.isDisposed ? (x.shape[0] ?? 0) : 0;
  if (!(size > 0)) {
    throw new ArgumentError("ratePerDimension()", "x", x, "a tensor with at least one example");
  }
  return readValues(() => {
    let sum: tf.Tensor | undefined;
    for (let first = 0; first < size; first += batch) {
      const part = tf.slice(x, first, Math.min(batch, size - first));
      const rates = tf.sum(klPerDimension(model.encode(part), model.prior), 0);
      sum = sum === undefined ? rates : tf.add(sum, rates);
    }
    return tf.div(sum as tf.Tensor, size);
  });
}
