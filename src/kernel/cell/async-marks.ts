import { inspect } from "node:util";

/** How Node's tracking of async contexts calls what it leaves on promises and timers. */
const marks = new Set(["async_id_symbol", "trigger_async_id_symbol", "kResourceStore"]);

/**
 * The layer follows which cell has started which work with an AsyncLocalStorage. Up to Node 23 that leaves properties on
 * promises and timers, which `console.log` would show. They stay, but out of sight.
 */
export function hideMarks(object: object): void {
  for (const symbol of Object.getOwnPropertySymbols(object)) {
    if (marks.has(symbol.description ?? "")) Object.defineProperty(object, symbol, { enumerable: false });
  }
}

/** Hides the marks of a promise when it is about to be printed. */
export function hideMarksOfPromises(): void {
  Object.defineProperty(Promise.prototype, inspect.custom, {
    configurable: true,
    writable: true,
    value(this: Promise<unknown>) {
      hideMarks(this);
      return this; // Node goes on as it would without this method.
    },
  });
}
