import { comms } from "../../display/comms";
import { yieldToEventLoop } from "../../display/interruption";

/**
 * Runs work for values that may come faster than the work is done. One value is worked on at a time, and of those that come
 * meanwhile, only the newest is kept.
 *
 * @param work may be synchronous or return a promise; an interrupt aborts its signal and ends the wait for it
 * @param fail receives the error of the work, and the reason of an interrupt
 * @returns a function that takes a value. Its promise lasts until there is nothing left to work on.
 */
export function newestOnly<T>(
  work: (value: T, signal: AbortSignal) => unknown,
  fail: (error: unknown) => void,
): (value: T, signal: AbortSignal) => Promise<void> {
  let pending: { value: T } | undefined;
  let running: Promise<void> | undefined;

  async function workOff(signal: AbortSignal): Promise<void> {
    while (pending !== undefined) {
      await yieldToEventLoop(); // Values that have already arrived replace the older ones.
      const { value } = pending;
      pending = undefined;
      try {
        await unlessAborted(signal, () => callUser(() => work(value, signal)));
      } catch (error) {
        fail(error);
      }
      if (signal.aborted) pending = undefined;
    }
  }

  return (value, signal) => {
    pending = { value };
    running ??= workOff(signal).finally(() => {
      running = undefined;
    });
    return running;
  };
}

/** Calls a function of the user, so that an interrupt can end it. */
export function callUser<T>(work: () => T): T {
  const kernel = comms();
  return kernel === undefined ? work() : kernel.run(work);
}

async function unlessAborted(signal: AbortSignal, work: () => unknown): Promise<void> {
  let abort = (): void => undefined;
  const aborted = new Promise<never>((_, reject) => {
    abort = () => reject(signal.reason);
    signal.addEventListener("abort", abort, { once: true });
  });
  try {
    await Promise.race([work(), aborted]);
  } finally {
    signal.removeEventListener("abort", abort);
  }
}
