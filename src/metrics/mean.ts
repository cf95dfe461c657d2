import { mean as d3Mean } from "d3-array";
import { checkNumbers } from "./check-numbers";

/**
 * The mean of a list of numbers.
 *
 * @param values finite numbers, at least one
 * @throws ArgumentError for an empty list, and for values that are not finite
 */
export function mean(values: ArrayLike<number>): number {
  return d3Mean(checkNumbers("mean()", "values", values)) as number;
}
