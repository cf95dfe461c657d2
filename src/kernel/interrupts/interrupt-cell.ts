import { type Cell, runningCell } from "../cell/cell";
import { interruptContinued } from "./continued-work";
import { KeyboardInterrupt } from "./keyboard-interrupt";

/** How long (ms) a cell that has read the interrupt signal may take to stop by itself. */
const grace = 5000;
/** Interrupts within this time (ms) of each other are treated as one, because signals accumulate during synchronous code. */
const sameInterrupt = 100;

const { setTimeout: startTimer } = globalThis;

/** The signals of cells that have ended. A training loop that nobody awaits may still watch one. */
const leftBehind = new Set<AbortController>();

/** Remembers the signal of a cell that ends, if its work has read it. */
export function leaveBehind({ readsSignal, interrupt }: Cell): void {
  if (readsSignal && !interrupt.signal.aborted) leftBehind.add(interrupt);
}

/**
 * Interrupts the running cell, and the work that goes on for earlier cells: training that nobody awaits, and the callbacks of
 * widgets.
 *
 * An interrupt aborts the cell's signal, which training loops watch. A cell that has read the signal gets a few seconds to
 * stop by itself. Any other cell, and a cell that is interrupted twice, is stopped: its awaits throw
 * (`await-checkpoints.ts`), its timers do nothing (`resting-timers.ts`), and its reply is an error. Node itself interrupts
 * synchronous code at the start of a cell; for synchronous code after an `await`, see `await-checkpoints.ts`. Node loses a
 * signal that arrives exactly when that synchronous code ends. An interrupt by message (`control-worker.ts`) is never lost.
 *
 * @param stop Ends the cell's execution.
 */
export function interruptCell(stop: (cell: Cell, reason: KeyboardInterrupt) => void): void {
  for (const interrupt of leftBehind) interrupt.abort(new KeyboardInterrupt());
  leftBehind.clear();
  interruptContinued();
  const cell = runningCell();
  if (cell === undefined) return;
  const now = Date.now();
  if (now - cell.interruptedAt < sameInterrupt) return;
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
}
