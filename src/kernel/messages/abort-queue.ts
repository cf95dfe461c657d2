/** How long (ms) the sockets must have been quiet before the queue counts as complete. */
const quiet = 10;

const { setTimeout: startTimer } = globalThis;

/** Decides which execute requests are not run because an earlier one has failed. */
export interface AbortQueue {
  /** Whether the request with this sequence number waited while another one failed. */
  isAborted(sequence: number): boolean;
  /** Aborts every request that has been sent so far. */
  abortWaiting(): Promise<void>;
}

/**
 * After an error tslab answers every request of the next 200 ms with the status `abort`, which is none of Jupyter's,
 * also requests that were sent after the error was known, and whatever `stop_on_error` says. Here exactly those requests
 * are aborted that were waiting when the error came. While a synchronous cell runs, requests pile up in the sockets, so
 * the sockets are emptied first.
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
