import { isBreak, runScript } from "../execution/run-script";
import type { InterruptRequests } from "../interrupts/interrupt-requests";
import { KeyboardInterrupt } from "../interrupts/keyboard-interrupt";

/** Where the script finds the function that it calls. */
const slot = "elbo-lab.interruptibleCall";
const shared = globalThis as { [key: symbol]: unknown };

/**
 * Calls a function. Node can break into synchronous code only while it runs a script, so this runs a script that consists of
 * the call.
 *
 * @param checkpoint Throws if the work was interrupted.
 * @throws KeyboardInterrupt if an interrupt ended the function
 */
export function interruptibleCall<T>(work: () => T, interrupts: InterruptRequests, checkpoint: () => void): T {
  const key = Symbol.for(slot);
  const outer = shared[key];
  shared[key] = work;
  try {
    return runScript(`globalThis[Symbol.for("${slot}")]()`, "elbo-lab-callback", interrupts, checkpoint) as T;
  } catch (error) {
    if (!isBreak(error)) throw error;
    interrupts.settle();
    throw new KeyboardInterrupt();
  } finally {
    shared[key] = outer;
  }
}
