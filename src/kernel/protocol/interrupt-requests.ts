/** Counts the interrupts that came as messages, for both threads of the kernel. */
export interface InterruptRequests {
  /** For the control thread: one more was asked for; gives its number. */
  add(): number;
  /** Whether the main thread has seen to the request with this number; without a number, to all of them. */
  isSettled(number?: number): boolean;
  /** For the main thread: all that have been asked for so far are seen to. */
  settle(): void;
  /** What the other thread needs to count along. */
  readonly memory: SharedArrayBuffer;
}

const asked = 0;
const settled = 1;

/** @param memory That of the other thread's counter; a new one by default. */
export function interruptRequests(memory = new SharedArrayBuffer(8)): InterruptRequests {
  const counts = new Int32Array(memory);
  return {
    memory,
    add: () => Atomics.add(counts, asked, 1) + 1,
    isSettled: (number = Atomics.load(counts, asked)) => Atomics.load(counts, settled) >= number,
    settle: () => void Atomics.store(counts, settled, Atomics.load(counts, asked)),
  };
}
