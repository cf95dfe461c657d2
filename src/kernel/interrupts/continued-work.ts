import type { Cell } from "../cell/cell";
import { KeyboardInterrupt } from "./keyboard-interrupt";

/** Interrupts within this time (ms) of each other are treated as one, as those of a cell are. */
const sameInterrupt = 100;

const working = new Set<Cell>();

/** Keeps the work that goes on for a cell (`Cell.continued()`) until it is done, so that an interrupt finds it. */
export function trackContinued(work: Cell, done: Promise<void>): void {
  working.add(work);
  void done.finally(() => working.delete(work));
}

/** Interrupts the work that goes on, all of it or that for some cells. */
export function interruptContinued(isMeant: (work: Cell) => boolean = () => true): void {
  for (const work of [...working].filter(isMeant)) {
    const now = Date.now();
    if (now - work.interruptedAt < sameInterrupt) continue;
    work.interruptedAt = now;
    // Work that has read the signal, such as `fit`, may stop by itself, but not at a second interrupt.
    work.stopped = work.interrupt.signal.aborted || !work.readsSignal;
    work.interrupt.abort(new KeyboardInterrupt());
  }
}
