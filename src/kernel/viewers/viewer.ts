import type { MimeBundle } from "../../display/mime-bundle";

/**
 * Shows one kind of value; returns undefined for other values. Values are recognized by their methods and fields,
 * because the kernel does not import the libraries that create them.
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
