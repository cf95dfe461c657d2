import { Readable } from "node:stream";
import type { Cell } from "../cell/cell";
import type { Ask } from "./ask";

/** The original function, before the interrupt code wraps it: asking is the kernel's work. */
const { setImmediate: startImmediate } = globalThis;

/**
 * The lines that the user enters, as a stream: `process.stdin` of one cell. It asks for one line at a time, and only while
 * somebody reads: a stream that reads ahead would ask a question that nobody needs answered.
 */
export class LineSource extends Readable {
  /** Node waits for a line, but nobody reads. */
  #resting = false;
  readonly #cell: Cell;
  readonly #ask: Ask;
  readonly #isWanted: () => boolean;
  /** Aborted when nobody will read again. */
  readonly #end = new AbortController();

  /** @param isWanted Whether somebody reads; defaults to always */
  constructor(cell: Cell, ask: Ask, isWanted: () => boolean = () => true) {
    super({ encoding: "utf8" });
    this.#cell = cell;
    this.#ask = ask;
    this.#isWanted = isWanted;
    this.on("newListener", () => this.wake());
  }

  /** The same cell's lines, for a reader of its own. */
  fork(isWanted: () => boolean): LineSource {
    return new LineSource(this.#cell, this.#ask, isWanted);
  }

  /** Asks again, if somebody reads now. */
  wake(): void {
    if (this.#resting) this._read();
  }

  override resume(): this {
    super.resume();
    this.wake();
    return this;
  }

  override _read(): void {
    this.#resting = false;
    // Whoever got the last line decides first whether it wants another one.
    startImmediate(() => {
      if (this.destroyed) return;
      // A stream that is read through the event `readable` counts as paused.
      const isRead = this.listenerCount("readable") > 0 || !this.isPaused();
      if (!isRead || !this.#isWanted() || this.#cell.done) this.#resting = true;
      else void this.#askForLine();
    });
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    this.#end.abort();
    done(error);
  }

  async #askForLine(): Promise<void> {
    try {
      const line = await this.#ask.later({ asker: "process.stdin", prompt: "" }, this.#end.signal);
      this.push(`${line}\n`);
    } catch (error) {
      if (!this.destroyed) this.destroy(error as Error);
    }
  }
}
