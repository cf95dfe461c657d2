import { tf } from "../runtime/tensorflow";
import type { BatchMean } from "./mean-over-batch";

declare const unit: unique symbol;

/** A scalar to minimize. */
export type Loss = tf.Scalar & { readonly [unit]: "to be minimized" };

/** The loss that maximizes a quantity: minus its mean over the batch. */
export function maximize<T extends BatchMean>(bound: T): Loss {
  return tf.tidy(() => tf.neg(bound) as unknown as Loss);
}

/** The loss that minimizes a quantity: its mean over the batch. */
export function minimize<T extends BatchMean>(cost: T): Loss {
  return tf.tidy(() => cost.clone() as unknown as Loss);
}
