import { ArgumentError } from "./argument-error";

/**
 * Checks that a value is a list of sizes: whole numbers of at least `smallest`, which defaults to 1.
 *
 * @param empty whether an empty list is accepted; defaults to false
 */
export function checkSizes(
  where: string,
  argument: string,
  sizes: unknown,
  { empty = false, smallest = 1 } = {},
): asserts sizes is readonly number[] {
  const fits =
    Array.isArray(sizes) &&
    (empty || sizes.length > 0) &&
    sizes.every((size) => Number.isInteger(size) && size >= smallest && size < 2 ** 31);
  if (fits) return;
  const given = Array.isArray(sizes) && sizes.length === 1 ? sizes[0] : sizes;
  throw new ArgumentError(where, argument, given, `a whole number of at least ${smallest}, or a list of them`);
}
