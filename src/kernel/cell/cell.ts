import { AsyncLocalStorage } from "node:async_hooks";
import { inspect } from "node:util";
import type { Attachments, Content } from "../../jupyter/wire-message";
import { createOutputQueue, type OutputQueue } from "./output-queue";

/** Sends an iopub message on behalf of the cell. */
export type Publish = (type: string, content: Content, attachments?: Attachments) => void;

/** One execution of a cell. It lasts as long as the work that the cell started, which may continue after the reply. */
export class Cell {
  /** Aborted by an interrupt; the reason is a `KeyboardInterrupt`. */
  readonly interrupt = new AbortController();
  /** Time of the latest interrupt (ms since 1970). */
  interruptedAt = Number.NEGATIVE_INFINITY;
  /** The cell has read the interrupt signal, so it intends to stop by itself. */
  readsSignal = false;
  /** The cell has been stopped: from now on its awaits throw, and its intervals and new timers do nothing. */
  stopped = false;
  /** The reply has been sent. */
  done = false;
  /** The first failure, for the `error` message. */
  failure: unknown;
  failed = false;
  /** Payloads of the reply, for example text for the pager. */
  readonly payload: Content[] = [];
  /** Displays of values that take their time to show themselves. */
  readonly pending: Promise<void>[] = [];
  /** Asks the front end for input and returns the id of the request; undefined if the front end does not allow it. */
  ask: ((content: Content) => string) | undefined;
  /** Value of the last expression. */
  result: unknown;
  hasResult = false;

  constructor(
    /** Name in stack traces, for example `cell[3]`. */
    readonly name: string,
    /** The number in the brackets beside the cell. */
    readonly count: number,
    readonly publish: Publish,
    /** The front end's id of the cell, the same in every execution; undefined if the front end sends none. */
    readonly id?: string,
    readonly output: OutputQueue = createOutputQueue(publish),
  ) {}

  /** Work that a message of the front end starts for this cell: it has the cell's outputs, and an interrupt of its own. */
  continued(): Cell {
    const work = new Cell(this.name, this.count, this.publish, this.id, this.output);
    work.done = true;
    return work;
  }

  /** Records a failure; only the first one is kept. */
  fail(error: unknown): void {
    if (this.failed) return;
    this.failed = true;
    this.failure = error;
  }

  /** Node shows the async context when it prints a timer; this keeps the cell's entry short. */
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

/** Runs `work` for a cell, without making the cell the latest one. */
export function continueInCell<T>(cell: Cell, work: () => T): T {
  return storage.run(cell, work);
}

/** The cell that started the work that is running now. */
export function owningCell(): Cell | undefined {
  return storage.getStore();
}

/** The cell that receives output: the one that started the work, or the latest one if that is unknown. */
export function currentCell(): Cell | undefined {
  return storage.getStore() ?? latest;
}

/** The cell that has not sent its reply yet. */
export function runningCell(): Cell | undefined {
  return latest?.done === false ? latest : undefined;
}
