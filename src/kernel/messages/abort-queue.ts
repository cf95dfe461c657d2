/** How long (ms) the sockets must be quiet before the queue is considered complete. */
const quiet = 10;

const { setTimeout: startTimer } = globalThis;

/** Decides which execute requests are skipped because an earlier one failed. */
export interface AbortQueue {
  /** Whether the request with this sequence number was waiting when another one failed. */
  isAborted(sequence: number): boolean;
  /** Aborts every request that has been sent so far. */
  abortWaiting(): Promise<void>;
}

/**
 * After an error, tslab answers every request of the next 200 ms with the status `abort`. This is not a Jupyter status,
 * it also affects requests sent after the error was known, and it ignores `stop_on_error`. Here, exactly the requests
 * that were waiting when the error occurred are aborted. While a synchronous cell runs, requests accumulate in the
 * sockets, so the sockets are emptied first.
 *
 * @param received Sequence number of the latest request.
 */
export function createAbortQueue(received: () => number): AbortQueue {
  let abortedUpTo = 0;
  return {
    isAborted: (sequence) => sequence <= abortedUpTo,
    async abortWaiting() {
      let seen: number;
      do {
        seen = received();
        await new Promise((resolve) => startTimer(resolve, quiet));
      } while (received() !== seen);
      abortedUpTo = seen;
    },
  };
}
