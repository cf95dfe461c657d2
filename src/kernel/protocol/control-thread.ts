import { join } from "node:path";
import { Worker } from "node:worker_threads";
import type { Connection } from "../../jupyter/connection-file";
import type { Content, WireMessage } from "../../jupyter/wire-message";
import { logLine } from "../base/kernel-log";
import type { MailboxSlot } from "./mailbox";

/** The settings that the thread receives at its start. */
export interface ControlOptions {
  connection: Connection;
  session: string;
  /** The process that started the kernel. */
  parent: number;
  /** Memory of the `InterruptRequests`. */
  interrupts: SharedArrayBuffer;
  /** Where the thread puts the messages of the stdin channel. */
  input: MailboxSlot;
  /** Where the thread puts the `ControlOutput` that the main thread publishes. */
  output: MailboxSlot;
}

/** An iopub message of the control thread. The main thread sends it, because the socket belongs to the main thread. */
export interface ControlOutput {
  type: string;
  content: Content;
  /** The request that the message belongs to. */
  to?: WireMessage;
}

/** From the thread: a request arrived, or the parent of the process is gone, or the debugger is ready for the cell. */
export type FromControl = { type: "frames"; frames: Uint8Array[] } | { type: "orphaned" } | { type: "prepared" };
/** To the thread: send these frames on the control or the stdin channel, prepare the debugger for a cell, close the sockets. */
export type ToControl = { type: "send" | "ask"; frames: (Uint8Array | string)[] } | { type: "prepare" | "close" };

/** The kernel's second thread. */
export interface ControlThread {
  /** Sends a message on the control channel. */
  send(frames: (Buffer | string)[]): void;
  /** Sends a message on the stdin channel. */
  ask(frames: (Buffer | string)[]): void;
  /** Sets the breakpoints in the scripts that are about to run. */
  prepareDebugger(): Promise<void>;
  close(): void;
}

/**
 * Starts the thread that owns the control, stdin and heartbeat sockets and watches the parent process. These must work even
 * while a cell blocks the main thread with synchronous code. Requests other than interrupts are passed to `onFrames`.
 */
export function startControlThread(
  options: ControlOptions,
  onFrames: (frames: Buffer[]) => void,
  onOrphaned: () => void,
): ControlThread {
  const worker = new Worker(join(__dirname, "control-worker.js"), {
    workerData: options,
    transferList: [options.input.port, options.output.port],
    // Node's default would reserve as much as for the main thread.
    resourceLimits: { maxOldGenerationSizeMb: 64 },
  });
  worker.unref();
  worker.on("error", (error) => logLine(`the control thread failed: ${error.stack}`));
  const preparing: (() => void)[] = [];
  worker.on("message", (message: FromControl) => {
    if (message.type === "orphaned") onOrphaned();
    else if (message.type === "prepared") preparing.shift()?.();
    else onFrames(message.frames.map((frame) => Buffer.from(frame)));
  });
  const post = (message: ToControl) => worker.postMessage(message);
  return {
    send: (frames) => post({ type: "send", frames }),
    ask: (frames) => post({ type: "ask", frames }),
    prepareDebugger() {
      post({ type: "prepare" });
      return new Promise((resolve) => preparing.push(resolve));
    },
    close: () => post({ type: "close" }),
  };
}
