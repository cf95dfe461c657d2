/**
 * Counts the interrupts requested by message, and the signals sent for them, for both threads of the kernel. It also keeps
 * signals away from the TensorFlow.js engine: a signal ends synchronous code anywhere, also halfway through an update of
 * the engine's tables. So the control thread announces a signal before it sends it, and sends it only if the main thread
 * is outside the engine. The main thread does not enter the engine while a signal is announced.
 */
export interface InterruptRequests {
  /** For the control thread: counts an interrupt request and returns its number. */
  add(): number;
  /** For the control thread: announces a signal. Returns false, and announces nothing, while the main thread is in the engine. */
  addSignal(): boolean;
  /** Whether the main thread has handled the request with this number; without a number, all requests. */
  isSettled(number?: number): boolean;
  /** For the main thread: marks all requests so far as handled. */
  settle(): void;
  /** Whether the control thread has sent a signal that has not arrived. */
  awaitsSignal(): boolean;
  /** For the main thread: marks all signals sent so far as arrived. */
  settleSignals(): void;
  /** For the main thread: it enters or leaves the engine. */
  setInEngine(inside: boolean): void;
  /** Whether the control thread has announced a signal that has not arrived. */
  isSignalComing(): boolean;
  /** The memory that the other thread's counter shares. */
  readonly memory: SharedArrayBuffer;
}

/** Positions of the counts in the shared memory. */
const count = { asked: 0, settled: 1, sent: 2, arrived: 3, inEngine: 4, coming: 5 } as const;

/** @param memory The memory of the other thread's counter; defaults to new memory. */
export function interruptRequests(memory = new SharedArrayBuffer(24)): InterruptRequests {
  const counts = new Int32Array(memory);
  const read = (name: keyof typeof count) => Atomics.load(counts, count[name]);
  const write = (name: keyof typeof count, value: number) => Atomics.store(counts, count[name], value);
  const catchUp = (name: keyof typeof count, to: keyof typeof count) => Atomics.store(counts, count[name], read(to));
  return {
    memory,
    add: () => Atomics.add(counts, count.asked, 1) + 1,
    addSignal() {
      // The order matters: the main thread writes `inEngine` before it reads `coming`, so one of the two threads sees the other.
      write("coming", 1);
      if (read("inEngine") === 1) {
        write("coming", 0);
        return false;
      }
      Atomics.add(counts, count.sent, 1);
      return true;
    },
    isSettled: (number = read("asked")) => read("settled") >= number,
    settle: () => void catchUp("settled", "asked"),
    awaitsSignal: () => read("arrived") < read("sent"),
    settleSignals() {
      catchUp("arrived", "sent");
      write("coming", 0);
    },
    setInEngine: (inside) => void write("inEngine", inside ? 1 : 0),
    isSignalComing: () => read("coming") === 1,
  };
}
