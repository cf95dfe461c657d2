import { tf } from "../runtime/tensorflow";
import type { BatchMean } from "./mean-over-batch";

declare const unit: unique symbol;

/** A scalar to be minimised. */
export type Loss = tf.Scalar & { readonly [unit]: "to be minimised" };

/** The loss that maximises a quantity: minus its mean over the batch. */
export function maximise<T extends BatchMean>(bound: T): Loss {
  return tf.tidy(() => tf.neg(bound) as unknown as Loss);
}

/** The loss that minimises a quantity: its mean over the batch. */
export function minimise<T extends BatchMean>(cost: T): Loss {
  return tf.tidy(() => cost.clone() as unknown as Loss);
}
