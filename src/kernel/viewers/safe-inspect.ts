import { inspect } from "node:util";

/** A value as text. Also works for objects that throw when they are inspected. */
export function safeInspect(value: unknown, depth = 2): string {
  try {
    return inspect(value, { depth });
  } catch (error) {
    return `[a value that cannot be printed: ${error instanceof Error ? error.message : "its inspection throws"}]`;
  }
}
