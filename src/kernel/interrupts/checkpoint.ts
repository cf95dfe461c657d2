import { owningCell, runningCell } from "../cell/cell";
import type { InterruptRequests } from "./interrupt-requests";

/**
 * Creates the checkpoint. It returns the awaited value, or throws if the cell has been stopped. Cells call it after every
 * await, and the TensorFlow.js engine where an operation begins. It also looks for interrupts requested by message: code
 * that never returns to the event loop would not hear of them.
 *
 * @param interrupt Interrupts the running cell.
 */
export function createCheckpoint(interrupts: InterruptRequests, interrupt: () => void): <T>(value: T) => T {
  return (value) => {
    // A stopped cell that still runs has caught the error. It gets no second one, but the signal that ends any code.
    if (!interrupts.isSettled() && runningCell()?.stopped !== true) interrupt();
    const cell = owningCell();
    if (cell?.stopped) throw cell.interrupt.signal.reason;
    return value;
  };
}
