import { z } from "zod";
import { ArgumentError } from "./argument-error";
import type { Rule } from "./rules";
import { UnknownOptionError } from "./unknown-option-error";

/** The rules of an options object: one for every option of `T`, with `.optional()` where it may be left out. */
export type OptionRules<T> = { readonly [Name in keyof T]-?: Rule };

/**
 * The schema of an options object. The compiler refuses rules that leave out an option of `T` or name one it does not have.
 *
 *     const schema = optionsSchema<RingPriorOptions>({ components: wholeNumber().optional(), … });
 */
export const optionsSchema = <T>(rules: OptionRules<T>): OptionsSchema<T> =>
  z.strictObject(rules as z.ZodRawShape) as OptionsSchema<T>;

/** What `optionsSchema()` makes. */
export type OptionsSchema<T> = z.ZodObject & { readonly options?: T };

/**
 * Checks options once, at the API boundary. Defaults stay in the signature of the function.
 *
 * @param where the function, as the user calls it: `fit()`
 * @param argument what the options are called there, where they stand within others (`lossWeights`); defaults to "options"
 * @throws ArgumentError for an option out of range, and for an unknown one with the nearest name that is accepted
 */
export function checkOptions<T>(
  where: string,
  schema: OptionsSchema<T>,
  options: unknown,
  argument = "options",
): asserts options is T {
  if (typeof options !== "object" || options === null || Array.isArray(options)) {
    throw new ArgumentError(
      where,
      argument,
      options,
      `an object with options: ${Object.keys(schema.shape).join(", ")}`,
    );
  }
  // An option set to undefined counts as left out.
  const given = Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
  const checked = schema.safeParse(given);
  if (checked.success) return;
  // An unknown name first: where a required option is missing, it is often that one, mistyped.
  const { issues } = checked.error;
  const issue = issues.find(({ code }) => code === "unrecognized_keys") ?? issues[0];
  if (issue?.code === "unrecognized_keys") {
    throw new UnknownOptionError(where, issue.keys[0] as string, Object.keys(schema.shape));
  }
  const path = issue?.path ?? [];
  const value = path.reduce<unknown>((at, key) => (at as Record<PropertyKey, unknown>)?.[key as string], options);
  const name = [...(argument === "options" ? [] : [argument]), ...path].join(".");
  throw new ArgumentError(where, name || argument, value, issue?.message ?? "another value");
}
