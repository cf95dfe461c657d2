import { deviation } from "d3-array";
import { checkNumbers } from "./check-numbers";

/**
 * The sample standard deviation of a list of numbers, with the divisor n − 1. One number has none: the result is 0.
 *
 * @param values finite numbers, at least one
 * @throws ArgumentError for an empty list, and for values that are not finite
 */
export function stdDev(values: ArrayLike<number>): number {
  return deviation(checkNumbers("stdDev()", "values", values)) ?? 0;
}
