/** Counts the interrupts that came as messages, and the signals that follow them, for both threads of the kernel. */
export interface InterruptRequests {
  /** For the control thread: one more interrupt was asked for; gives its number. */
  add(): number;
  /** For the control thread: a signal is about to be sent. */
  addSignal(): void;
  /** Whether the main thread has seen to the request with this number; without a number, to all of them. */
  isSettled(number?: number): boolean;
  /** For the main thread: all that have been asked for so far are seen to. */
  settle(): void;
  /** Whether the control thread has sent a signal that has not arrived. */
  awaitsSignal(): boolean;
  /** For the main thread: the signals that were sent have arrived. */
  settleSignals(): void;
  /** What the other thread needs to count along. */
  readonly memory: SharedArrayBuffer;
}

/** Places of the counts in the shared memory. */
const count = { asked: 0, settled: 1, sent: 2, arrived: 3 } as const;

/** @param memory That of the other thread's counter; a new one by default. */
export function interruptRequests(memory = new SharedArrayBuffer(16)): InterruptRequests {
  const counts = new Int32Array(memory);
  const read = (name: keyof typeof count) => Atomics.load(counts, count[name]);
  const catchUp = (name: keyof typeof count, to: keyof typeof count) => Atomics.store(counts, count[name], read(to));
  return {
    memory,
    add: () => Atomics.add(counts, count.asked, 1) + 1,
    addSignal: () => void Atomics.add(counts, count.sent, 1),
    isSettled: (number = read("asked")) => read("settled") >= number,
    settle: () => void catchUp("settled", "asked"),
    awaitsSignal: () => read("arrived") < read("sent"),
    settleSignals: () => void catchUp("arrived", "sent"),
  };
}
