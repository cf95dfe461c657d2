import type { Displayable } from "./mime-bundle";
import { withDisplay } from "./with-display";

/** Text in a language that a front end can draw. `String(text)` is the source. */
export interface Markup extends Displayable {
  readonly source: string;
  toString(): string;
}

/** Markup that front ends draw by this MIME type; elsewhere, its source is shown. */
export function markup(type: string, source: string): Markup {
  const text = String(source);
  const shown = { source: text, toString: () => text };
  return withDisplay(shown, () => ({ data: { [type]: text, "text/plain": text } }));
}
