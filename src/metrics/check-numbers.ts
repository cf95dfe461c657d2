import { ArgumentError } from "../runtime/argument-error";

/** Returns a list of numbers as an array, after checking that it is not empty and that all numbers are finite. */
export function checkNumbers(where: string, name: string, values: ArrayLike<number>): number[] {
  const expected = "finite numbers, at least one";
  if (typeof values?.length !== "number" || typeof values === "string" || values.length === 0) {
    throw new ArgumentError(where, name, values, expected);
  }
  const numbers = Array.from(values);
  const wrong = numbers.findIndex((value) => !Number.isFinite(value));
  if (wrong >= 0) throw new ArgumentError(where, `${name}[${wrong}]`, numbers[wrong], "a finite number");
  return numbers;
}
