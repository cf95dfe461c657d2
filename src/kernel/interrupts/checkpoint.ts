import { owningCell } from "../cell/cell";

/** The checkpoint: passes the awaited value on, or ends the work of a cell that has been stopped. */
export function checkpoint<T>(value: T): T {
  const cell = owningCell();
  if (cell?.stopped) throw cell.interrupt.signal.reason;
  return value;
}
