import { checkValue } from "../runtime/check-value";
import { accepts } from "../runtime/rules";
import { tf } from "../runtime/tensorflow";

/** A weight: a number, or a scalar tensor if it changes between steps of a compiled function. */
export type Weight = number | tf.Scalar;

const isScalar = (value: unknown): boolean => value instanceof tf.Tensor && value.rank === 0;

/** Checks that a weight is a finite number of at least 0, or a scalar tensor. The value of a tensor is not read. */
export function checkWeight(where: string, name: string, weight: Weight): void {
  checkValue(where, name, weight, weightRule);
}

/** The same rule for a schema of options. */
export const weightRule = accepts<Weight>(
  (weight) => (typeof weight === "number" ? weight >= 0 && weight < Number.POSITIVE_INFINITY : isScalar(weight)),
  "a finite number of at least 0, or a scalar tensor",
);
