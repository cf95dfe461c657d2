import type { InterruptRequests } from "../interrupts/interrupt-requests";
import type { Handler } from "../protocol/server";

/**
 * Handles an interrupt message on the control channel; tslab supports only the signal. The control thread has already
 * replied, and sends a signal if this thread is in synchronous code. If that signal has interrupted the cell, this
 * handler does nothing.
 */
export function interrupt(requests: InterruptRequests, interruptRunning: () => void): Handler {
  return () => {
    if (!requests.isSettled()) interruptRunning();
    return undefined;
  };
}
