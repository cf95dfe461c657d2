import { inspect } from "node:util";

/** The symbol properties that Node's async context tracking adds to promises and timers. */
const marks = new Set(["async_id_symbol", "trigger_async_id_symbol", "kResourceStore"]);

/**
 * The layer uses an AsyncLocalStorage to track which cell started which work. Up to Node 23, this adds properties to
 * promises and timers that `console.log` would show. Making them non-enumerable hides them.
 */
export function hideMarks(object: object): void {
  for (const symbol of Object.getOwnPropertySymbols(object)) {
    if (marks.has(symbol.description ?? "")) Object.defineProperty(object, symbol, { enumerable: false });
  }
}

/** Hides the marks of a promise just before it is printed. */
export function hideMarksOfPromises(): void {
  Object.defineProperty(Promise.prototype, inspect.custom, {
    configurable: true,
    writable: true,
    value(this: Promise<unknown>) {
      hideMarks(this);
      return this; // Node continues as without this method.
    },
  });
}
