import { type Displayable, displaySymbol, type MimeBundle } from "./mime-bundle";

/**
 * Makes a record show itself in a cell. The method is not enumerable: the record is compared, copied and printed by its own
 * fields alone, and a copy made with `{...record}` no longer shows itself.
 *
 * @param show makes what is shown, each time that the record is shown
 * @returns the record itself
 */
export function withDisplay<T extends object>(record: T, show: (record: T) => MimeBundle): T & Displayable {
  return Object.defineProperty(record, displaySymbol, { value: () => show(record) }) as T & Displayable;
}
