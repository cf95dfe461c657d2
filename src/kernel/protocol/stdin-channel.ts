import { decodeMessage, type Sign, type WireMessage } from "../../jupyter/wire-message";
import { logLine } from "../base/kernel-log";
import type { Mailbox } from "./mailbox";

/** How long (ms) the main thread sleeps at most before it looks around while it waits for input. */
const nap = 100;

/** The messages of the stdin channel, for the main thread. */
export interface StdinChannel {
  /** Calls `receive` with each message, and with undefined when the kernel is about to end. */
  onMessage(receive: (message: WireMessage | undefined) => void): void;
  /** Blocks until a message or an interrupt request has arrived, or for a moment. Delivers the messages first. */
  wait(): void;
}

export function createStdinChannel(mailbox: Mailbox, sign: Sign): StdinChannel {
  let receive: (message: WireMessage | undefined) => void = () => undefined;

  function deliver(posted: unknown): void {
    if (posted === "shutdown") receive(undefined);
    else decode(posted as Uint8Array[]);
  }

  function decode(posted: readonly Uint8Array[]): void {
    let message: WireMessage;
    try {
      const frames = posted.map((frame) => Buffer.from(frame));
      message = decodeMessage(frames, sign);
    } catch (error) {
      logLine(`ignored ${(error as Error).message}`);
      return;
    }
    receive(message);
  }

  mailbox.onMessage(deliver);
  return {
    onMessage(listener) {
      receive = listener;
    },
    wait() {
      const seen = mailbox.count();
      let delivered = false;
      for (let posted = mailbox.take(); posted !== undefined; posted = mailbox.take()) {
        delivered = true;
        deliver(posted.message);
      }
      if (!delivered) mailbox.wait(seen, nap);
    },
  };
}
