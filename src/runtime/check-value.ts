import { ArgumentError } from "./argument-error";
import { finiteNumber, nonNegative, oneOf, positive, type Rule, wholeNumber } from "./rules";

/**
 * Checks one argument against a rule.
 *
 * @param where the function, as the user calls it: `vae()`
 * @throws ArgumentError naming the argument, the value and what is accepted
 */
export function checkValue<T>(where: string, argument: string, value: unknown, rule: Rule<T>): asserts value is T {
  const checked = rule.safeParse(value);
  if (checked.success) return;
  throw new ArgumentError(where, argument, value, checked.error.issues[0]?.message ?? "another value");
}

type Check = (where: string, argument: string, value: unknown) => void;
const checkBy =
  (rule: Rule): Check =>
  (where, argument, value) =>
    checkValue(where, argument, value, rule);

/** Accepts only a finite number above 0. */
export const checkPositive = checkBy(positive);
/** Accepts only a finite number of at least 0. */
export const checkNonNegative = checkBy(nonNegative);
/** Accepts only a finite number. */
export const checkFinite = checkBy(finiteNumber);
/** Accepts only a whole number of at least `smallest`, which defaults to 1. */
export const checkWholeNumber = (where: string, argument: string, value: unknown, smallest = 1): void =>
  checkValue(where, argument, value, wholeNumber(smallest));
/** Accepts only one of the names. */
export const checkOneOf = (where: string, argument: string, value: unknown, names: readonly string[]): void =>
  checkValue(where, argument, value, oneOf(...names));
