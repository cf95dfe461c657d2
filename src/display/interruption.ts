import { frontEnd } from "./front-end";

/** A signal that aborts when the user interrupts the cell, or when the caller's own signal aborts. */
export function interruption(own: AbortSignal | undefined): AbortSignal {
  const signals = [own, frontEnd()?.interruptSignal].filter((signal) => signal !== undefined);
  return AbortSignal.any(signals);
}

/** Lets pending work run: interrupts, messages to the front end, timers. */
export const yieldToEventLoop = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
