import { join } from "node:path";
import { Worker } from "node:worker_threads";
import type { Connection } from "../../jupyter/connection-file";
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
}

/** From the thread: a request arrived, or the parent of the process is gone. */
export type FromControl = { type: "frames"; frames: Uint8Array[] } | { type: "orphaned" };
/** To the thread: send these frames on the control channel, or on the stdin channel, or close the sockets. */
export type ToControl = { type: "send" | "ask"; frames: (Uint8Array | string)[] } | { type: "close" };

/** The kernel's second thread. */
export interface ControlThread {
  /** Sends a message on the control channel. */
  send(frames: (Buffer | string)[]): void;
  /** Sends a message on the stdin channel. */
  ask(frames: (Buffer | string)[]): void;
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
    transferList: [options.input.port],
    // Node's default would reserve as much as for the main thread.
    resourceLimits: { maxOldGenerationSizeMb: 64 },
  });
  worker.unref();
  worker.on("error", (error) => logLine(`the control thread failed: ${error.stack}`));
  worker.on("message", (message: FromControl) => {
    if (message.type === "orphaned") onOrphaned();
    else onFrames(message.frames.map((frame) => Buffer.from(frame)));
  });
  const post = (message: ToControl) => worker.postMessage(message);
  return {
    send: (frames) => post({ type: "send", frames }),
    ask: (frames) => post({ type: "ask", frames }),
    close: () => post({ type: "close" }),
  };
}
