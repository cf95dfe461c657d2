import { inspect } from "node:util";

/** A value as text. Also works for objects that throw when they are inspected. */
export function safeInspect(value: unknown, depth = 2): string {
  try {
    // Node would omit the end of a long text; `shortenText` omits the middle.
    return inspect(value, { depth, ...(typeof value === "string" && { maxStringLength: Number.POSITIVE_INFINITY }) });
  } catch (error) {
    return `[a value that cannot be printed: ${error instanceof Error ? error.message : "its inspection throws"}]`;
  }
}
