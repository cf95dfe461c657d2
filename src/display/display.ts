import { randomUUID } from "node:crypto";
import { frontEnd } from "./front-end";
import { type Displayable, displaySymbol, type MimeBundle } from "./mime-bundle";
import { withDisplay } from "./with-display";

/** Options of `display()`. */
export interface DisplayOptions {
  /** A name for the output. A later `display()` with the same id also replaces this output. Defaults to a new id. */
  id?: string;
}

/** An output of a cell. */
export interface DisplayHandle {
  readonly id: string;
  /** Replaces the output, wherever it is in the notebook, by another value. */
  update(value: unknown): void;
}

/**
 * Shows a value in the output of the running cell, in the same way as the value of the cell's last expression. Outside a
 * notebook, it prints the value.
 *
 * @returns a handle that replaces the value later
 */
export function display(value: unknown, { id = randomUUID() }: DisplayOptions = {}): DisplayHandle {
  show(value, id, false);
  // A handle shows nothing, so `display(x)` may be the last expression of a cell.
  return withDisplay({ id, update: (next: unknown) => show(next, id, true) }, () => ({ data: {} }));
}

function show(value: unknown, id: string, update: boolean): void {
  const front = frontEnd();
  if (front === undefined) print(value);
  else front.show(value, { id, update });
}

function print(value: unknown): void {
  const own = (value as Partial<Displayable> | null | undefined)?.[displaySymbol];
  const bundle = typeof own === "function" ? own.call(value) : undefined;
  const log = (shown?: MimeBundle) => console.log(shown?.data["text/plain"] ?? value);
  if (bundle instanceof Promise) void bundle.then(log);
  else log(bundle);
}
