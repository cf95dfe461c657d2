import { owningCell } from "../cell/cell";

/** The checkpoint: returns the awaited value, or throws if the cell has been stopped. */
export function checkpoint<T>(value: T): T {
  const cell = owningCell();
  if (cell?.stopped) throw cell.interrupt.signal.reason;
  return value;
}
