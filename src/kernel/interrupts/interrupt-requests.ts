/** Counts the interrupts requested by message, and the signals sent for them, for both threads of the kernel. */
export interface InterruptRequests {
  /** For the control thread: counts an interrupt request and returns its number. */
  add(): number;
  /** For the control thread: a signal is about to be sent. */
  addSignal(): void;
  /** Whether the main thread has handled the request with this number; without a number, all requests. */
  isSettled(number?: number): boolean;
  /** For the main thread: marks all requests so far as handled. */
  settle(): void;
  /** Whether the control thread has sent a signal that has not arrived. */
  awaitsSignal(): boolean;
  /** For the main thread: marks all signals sent so far as arrived. */
  settleSignals(): void;
  /** The memory that the other thread's counter shares. */
  readonly memory: SharedArrayBuffer;
}

/** Positions of the counts in the shared memory. */
const count = { asked: 0, settled: 1, sent: 2, arrived: 3 } as const;

/** @param memory The memory of the other thread's counter; defaults to new memory. */
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
