import { MessageChannel, type MessagePort, receiveMessageOnPort } from "node:worker_threads";

/** The end of a mailbox that is passed to the thread that fills it. */
export interface MailboxSlot {
  port: MessagePort;
  memory: SharedArrayBuffer;
}

/** The end of a mailbox that a thread reads. Messages arrive even while the thread blocks its event loop. */
export interface Mailbox {
  /** To be transferred to the other thread. */
  readonly slot: MailboxSlot;
  /** Calls `receive` with each message that arrives while the event loop runs. */
  onMessage(receive: (message: unknown) => void): void;
  /** Takes the oldest message that has arrived; undefined if there is none. */
  take(): { message: unknown } | undefined;
  /** How often the other thread has posted a message or called `wake`. */
  count(): number;
  /** Blocks this thread until `count()` is no longer `seen`, for at most `milliseconds`. */
  wait(seen: number, milliseconds: number): void;
}

export function createMailbox(): Mailbox {
  const { port1: port, port2 } = new MessageChannel();
  const memory = new SharedArrayBuffer(4);
  const counter = new Int32Array(memory);
  return {
    slot: { port: port2, memory },
    onMessage: (receive) => void port.on("message", receive),
    take: () => receiveMessageOnPort(port),
    count: () => Atomics.load(counter, 0),
    wait: (seen, milliseconds) => void Atomics.wait(counter, 0, seen, milliseconds),
  };
}

/** For the thread that fills a mailbox. */
export interface MailboxWriter {
  post(message: unknown): void;
  /** Ends the reader's wait without a message. */
  wake(): void;
}

export function openMailbox({ port, memory }: MailboxSlot): MailboxWriter {
  const counter = new Int32Array(memory);
  function wake(): void {
    Atomics.add(counter, 0, 1);
    Atomics.notify(counter, 0);
  }
  return {
    post(message) {
      port.postMessage(message);
      wake();
    },
    wake,
  };
}
