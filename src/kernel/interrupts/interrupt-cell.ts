import { type Cell, runningCell } from "../cell/cell";
import { KeyboardInterrupt } from "./keyboard-interrupt";

/** How long (ms) a cell that has asked for the interrupt's signal may take to stop by itself. */
const grace = 5000;
/** Interrupts that come within this time (ms) of each other are one: signals pile up during synchronous code. */
const sameInterrupt = 100;

const { setTimeout: startTimer } = globalThis;

/**
 * tslab's interrupt rejects the promise of an async cell and tells nobody: the work goes on. Here an interrupt aborts the
 * cell's signal, which training loops watch. A cell that has asked for the signal gets some seconds to end in its own
 * way; any other, and one that is interrupted a second time, is stopped: its awaits throw (`await-checkpoints.ts`), its
 * timers rest (`resting-timers.ts`), its reply is an error. Synchronous code at the start of a cell is broken into by
 * Node itself; for synchronous code after an `await` see `await-checkpoints.ts`. Node loses a signal that comes in the
 * very moment in which that synchronous code ends; an interrupt by message (`control-worker.ts`) does not get lost.
 *
 * @param stop Ends the cell's execution.
 * @returns Whether there was a cell to interrupt.
 */
export function interruptCell(stop: (cell: Cell, reason: KeyboardInterrupt) => void): boolean {
  const cell = runningCell();
  if (cell === undefined) return false;
  const now = Date.now();
  if (now - cell.interruptedAt < sameInterrupt) return true;
  cell.interruptedAt = now;
  const { signal } = cell.interrupt;
  const stopNow = (reason: KeyboardInterrupt) => {
    if (cell.done || cell.stopped) return;
    cell.stopped = true;
    stop(cell, reason);
  };
  if (signal.aborted || !cell.readsSignal) {
    if (!signal.aborted) cell.interrupt.abort(new KeyboardInterrupt());
    stopNow(signal.reason);
  } else {
    cell.interrupt.abort(new KeyboardInterrupt());
    const late = `, and stopped when it had not ended by itself after ${grace / 1000} s`;
    startTimer(() => stopNow(new KeyboardInterrupt(late)), grace).unref();
  }
  return true;
}
