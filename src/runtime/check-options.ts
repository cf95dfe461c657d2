import { z } from "zod";
import { ArgumentError } from "./argument-error";
import type { Rule } from "./rules";
import { UnknownOptionError } from "./unknown-option-error";

/** The rules of an options object: one rule for every option of `T`, with `.optional()` if the option may be omitted. */
export type OptionRules<T> = { readonly [Name in keyof T]-?: Rule };

/**
 * The schema of an options object. It is a type error to leave out an option of `T` or to name one that `T` does not have.
 *
 *     const schema = optionsSchema<RingPriorOptions>({ components: wholeNumber().optional(), … });
 */
export const optionsSchema = <T>(rules: OptionRules<T>): OptionsSchema<T> =>
  z.strictObject(rules as z.ZodRawShape) as OptionsSchema<T>;

/** The result of `optionsSchema()`. */
export type OptionsSchema<T> = z.ZodObject & { readonly options?: T };

/**
 * Checks options once, at the API boundary. Defaults stay in the signature of the function.
 *
 * @param where the function, as the user calls it: `fit()`
 * @param argument the name of the options, if they are nested in other options (`lossWeights`); defaults to "options"
 * @throws ArgumentError for an option out of range, and for an unknown option, with the nearest accepted name
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
  // An option set to undefined is treated as omitted.
  const given = Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
  const checked = schema.safeParse(given);
  if (checked.success) return;
  // Unknown names are reported first: if a required option is missing, the unknown name is often a typo of it.
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
