import { type Displayable, displaySymbol, type MimeBundle } from "./mime-bundle";

/**
 * Gives a record a method that displays it in a cell. The method is not enumerable, so comparing, copying and printing the
 * record uses its own fields only. A copy made with `{...record}` has no such display.
 *
 * @param show computes the display; called each time the record is shown
 * @returns the record itself
 */
export function withDisplay<T extends object>(record: T, show: (record: T) => MimeBundle): T & Displayable {
  return Object.defineProperty(record, displaySymbol, { value: () => show(record) }) as T & Displayable;
}
