import { ArgumentError } from "./argument-error";

/**
 * Checks that a value is a list of sizes: whole numbers of at least 1.
 *
 * @param empty whether a list without entries will do; defaults to false
 */
export function checkSizes(
  where: string,
  argument: string,
  sizes: unknown,
  { empty = false } = {},
): asserts sizes is readonly number[] {
  const fits =
    Array.isArray(sizes) &&
    (empty || sizes.length > 0) &&
    sizes.every((size) => Number.isInteger(size) && size > 0 && size < 2 ** 31);
  if (fits) return;
  const given = Array.isArray(sizes) && sizes.length === 1 ? sizes[0] : sizes;
  throw new ArgumentError(where, argument, given, "a whole number of at least 1, or a list of such");
}
