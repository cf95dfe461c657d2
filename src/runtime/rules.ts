import { z } from "zod";

/** A rule that a value must satisfy. Its error completes the sentence "… must be". */
export type Rule<T = unknown> = z.ZodType<T>;

const rule = <T>(accepts: (value: unknown) => boolean, accepted: string): Rule<T> =>
  z.custom<T>(accepts, { error: accepted });

const finite = (value: unknown): value is number => Number.isFinite(value);

const isWhole = (value: unknown, smallest: number): boolean =>
  Number.isInteger(value) && (value as number) >= smallest && (value as number) < 2 ** 31;

/** A whole number of at least `smallest`, small enough for an int32. */
export const wholeNumber = (smallest = 1): Rule<number> =>
  rule((value) => isWhole(value, smallest), `a whole number of at least ${smallest}`);

/** A seed: any int32, including negative numbers. */
export const seedNumber = rule<number>(
  (value) => Number.isInteger(value) && value === ((value as number) | 0),
  "an integer of 32 bits",
);

/** A whole number in [low, high]. */
export const wholeNumberWithin = (low: number, high: number): Rule<number> =>
  rule(
    (value) => Number.isInteger(value) && low <= (value as number) && (value as number) <= high,
    `a whole number in [${low}, ${high}]`,
  );

/** A finite number above 0. */
export const positive = rule<number>((value) => finite(value) && value > 0, "a finite number above 0");

/** A finite number of at least 0. */
export const nonNegative = rule<number>((value) => finite(value) && value >= 0, "a finite number of at least 0");

/** A finite number. */
export const finiteNumber = rule<number>(finite, "a finite number");

/** A number in [low, high]. */
export const within = (low: number, high: number): Rule<number> =>
  rule((value) => finite(value) && low <= value && value <= high, `a number in [${low}, ${high}]`);

/** A number strictly between two others. */
export const between = (low: number, high: number): Rule<number> =>
  rule((value) => finite(value) && low < value && value < high, `a number above ${low} and below ${high}`);

/** A probability: a number in [0, 1]. */
export const probability = rule<number>(
  (value) => typeof value === "number" && value >= 0 && value <= 1,
  "a probability in [0, 1]",
);

export const flag = rule<boolean>((value) => typeof value === "boolean", "true or false");

export const text = rule<string>((value) => typeof value === "string" && value.length > 0, "a text that is not empty");

// biome-ignore lint/suspicious/noExplicitAny: the arguments of a caller's function are checked by its type
export const callback = rule<(...args: any[]) => any>((value) => typeof value === "function", "a function");

/** One of several names. */
export const oneOf = <const T extends string>(...names: readonly T[]): Rule<T> =>
  rule((value) => names.includes(value as T), names.map((name) => `"${name}"`).join(" or "));

/** A list of whole numbers of at least `smallest`. It may be empty only if `empty` is true. */
export const sizes = ({ empty = false, smallest = 1 } = {}): Rule<readonly number[]> =>
  rule(
    (value) => Array.isArray(value) && (empty || value.length > 0) && value.every((size) => isWhole(size, smallest)),
    `a list of whole numbers of at least ${smallest}`,
  );

/** An instance of a class, described by a phrase: `instance(AbortSignal, "an AbortSignal")`. */
export const instance = <T>(of: abstract new (...args: never[]) => T, accepted: string): Rule<T> =>
  rule((value) => value instanceof of, accepted);

/** A custom rule: a predicate, and a description of what it accepts. */
export const accepts = rule;

/** A value that another function checks. */
export const checkedElsewhere = z.unknown() as unknown as Rule<never>;
