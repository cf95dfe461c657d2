import type { InterruptRequests } from "../interrupts/interrupt-requests";
import type { Handler } from "../protocol/server";

/**
 * The interrupt as a message on the control channel; tslab knows the signal only. The control thread has replied, and
 * helps with a signal when this thread is in synchronous code; what the signal has done is not done again here.
 */
export function interrupt(requests: InterruptRequests, interruptRunning: () => void): Handler {
  return () => {
    if (!requests.isSettled()) interruptRunning();
    return undefined;
  };
}
