import { type PerExample, perExample } from "../distributions/per-example";
import { tf } from "../runtime/tensorflow";

declare const unit: unique symbol;

/** The mean over a batch of one number per example, a scalar in nats per example. */
export type BatchMean = tf.Scalar & { readonly [unit]: "nats per example, mean over the batch" };

/** The mean over the batch. This is the only place in the library that takes the mean of a term of an objective. */
export function meanOverBatch<T extends PerExample>(values: T): BatchMean {
  return tf.tidy(() => tf.mean(perExample(values)) as BatchMean);
}
