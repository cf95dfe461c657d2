import { ArgumentError } from "../runtime/argument-error";
import { tf } from "../runtime/tensorflow";

/** A number, or a scalar tensor for a weight that changes from step to step in a compiled function. */
export type Weight = number | tf.Scalar;

/** Checks that a weight is a finite number of at least 0, or a scalar tensor (whose value is not read). */
export function checkWeight(where: string, name: string, weight: Weight): void {
  if (typeof weight === "number" ? weight >= 0 && weight < Number.POSITIVE_INFINITY : isScalar(weight)) return;
  throw new ArgumentError(where, name, weight, "a finite number of at least 0, or a scalar tensor");
}

const isScalar = (value: unknown): boolean => value instanceof tf.Tensor && value.rank === 0;
