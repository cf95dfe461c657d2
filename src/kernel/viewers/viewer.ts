import type { MimeBundle } from "../../display/mime-bundle";

/**
 * Shows one kind of value; undefined when the value is not of that kind. A kind is recognized by its shape: the kernel
 * imports none of the libraries that make such values.
 */
export type Viewer = (value: unknown) => MimeBundle | undefined | Promise<MimeBundle | undefined>;

/** Whether a value is an object that has all of these methods. */
export function hasMethods(
  value: unknown,
  ...names: string[]
): value is Record<string, (...args: unknown[]) => unknown> {
  if (typeof value !== "object" || value === null) return false;
  try {
    return names.every((name) => typeof (value as Record<string, unknown>)[name] === "function");
  } catch {
    return false; // A getter that throws.
  }
}
