import { inspect } from "node:util";
import type { MimeBundle } from "../../display/mime-bundle";
import type { Viewer } from "./viewer";

/** Shows a typed array: its type, its length and the first values. */
export const viewTypedArray: Viewer = (value): MimeBundle | undefined =>
  ArrayBuffer.isView(value) ? { data: { "text/plain": inspect(value, { maxArrayLength: 10 }) } } : undefined;
