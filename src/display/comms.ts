import type { MimeBundle } from "./mime-bundle";

/** One message on a comm: JSON data, and binary data beside them. */
export interface CommMessage {
  data: Record<string, unknown>;
  buffers: readonly Uint8Array[];
}

/** What a comm needs from the one who opens it. */
export interface CommOptions {
  /** The kind of the comm, such as "jupyter.widget". */
  target: string;
  /** The message that opens it in the front end. */
  message: CommMessage;
  metadata: Record<string, unknown>;
  /**
   * Receives a message of the front end. It throws if the message cannot be read: the kernel logs the error and goes on. The
   * promise lasts as long as the work that the message has started, which `signal` tells to stop when the user interrupts.
   */
  onMessage(message: CommMessage, signal: AbortSignal): void | Promise<void>;
  /** Called when the front end or the kernel closes the comm. */
  onClose(): void;
  /** The present state, for a page that has been reloaded. Buffers belong to the paths in `buffer_paths`. */
  state(): CommMessage;
}

/** An open connection to an object in the front end. */
export interface Comm {
  readonly id: string;
  send(message: CommMessage): void;
  close(): void;
}

/** The kernel's connections to objects in the front end. The kernel offers this object to the code of the cell. */
export interface Comms {
  /** Opens a comm that belongs to the running cell. It closes when that cell runs again. */
  open(options: CommOptions): Comm;
  /** Runs work that an interrupt can end, even if it is synchronous. */
  run<T>(work: () => T): T;
  /** Shows an error in the output of the cell whose work is running. */
  fail(error: unknown): void;
  /** The output for a value, as if it were the last of a cell. Rejects if the value cannot show itself. */
  show(value: unknown): Promise<MimeBundle>;
  /** An error as text, with the lines of the cell that caused it. */
  describe(error: unknown): string;
}

/** The key under which the kernel stores its `Comms` on the global object. The symbol is global, so nothing has to import the kernel. */
export const commsSymbol: unique symbol = Symbol.for("elbo-lab.comms") as never;

/** The comms of this process, or undefined in a terminal. */
export function comms(): Comms | undefined {
  return (globalThis as { [commsSymbol]?: Comms })[commsSymbol];
}
