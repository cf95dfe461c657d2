import { AsyncLocalStorage } from "node:async_hooks";
import { inspect } from "node:util";
import type { Content } from "../../jupyter/wire-message";
import { createOutputQueue, type OutputQueue } from "./output-queue";

/** Sends an iopub message on behalf of the cell. */
export type Publish = (type: string, content: Content) => void;

/** One execution of a cell. It lives as long as the work that the cell started, which may outlive its reply. */
export class Cell {
  readonly output: OutputQueue;
  /** Aborted by an interrupt; the reason is a `KeyboardInterrupt`. */
  readonly interrupt = new AbortController();
  /** When (ms since 1970) the latest interrupt came. */
  interruptedAt = Number.NEGATIVE_INFINITY;
  /** The cell has asked for the interrupt's signal: it wants to stop by itself. */
  readsSignal = false;
  /** The cell was told to stop and did not: from here on its awaits throw and its timers rest. */
  stopped = false;
  /** The reply is out. */
  done = false;
  /** The first failure, as it goes into the `error` message. */
  failure: unknown;
  failed = false;
  /** Payloads of the reply, for example a text for the pager. */
  readonly payload: Content[] = [];
  /** Value of the last expression. */
  result: unknown;
  hasResult = false;

  constructor(
    /** Name in stack traces, for example `cell[3]`. */
    readonly name: string,
    /** The number in the brackets beside the cell. */
    readonly count: number,
    readonly publish: Publish,
  ) {
    this.output = createOutputQueue(publish);
  }

  /** Records a failure; the first one counts. */
  fail(error: unknown): void {
    if (this.failed) return;
    this.failed = true;
    this.failure = error;
  }

  /** Node shows the async context of timers when they are printed; a cell has nothing to say there. */
  [inspect.custom](): string {
    return this.name;
  }
}

const storage = new AsyncLocalStorage<Cell>();
let latest: Cell | undefined;

/** Runs `work` as the cell: everything that it starts, now or later, belongs to the cell. */
export function runInCell<T>(cell: Cell, work: () => T): T {
  latest = cell;
  return storage.run(cell, work);
}

/** The cell that started the work that is running now. */
export function owningCell(): Cell | undefined {
  return storage.getStore();
}

/** The cell to which output goes: the one that started the work, or the latest where nobody knows. */
export function currentCell(): Cell | undefined {
  return storage.getStore() ?? latest;
}

/** The cell whose reply is still awaited. */
export function runningCell(): Cell | undefined {
  return latest?.done === false ? latest : undefined;
}
