import vm from "node:vm";
import { restBrokenEngine, restEngine } from "../interrupts/idle-engine";
import type { InterruptRequests } from "../interrupts/interrupt-requests";
import { importDynamically } from "./notebook-globals";

/** How long (ms) to wait for a signal that may have been swallowed. */
const swallowedFor = 100;

/**
 * Runs compiled code, which a signal breaks into as long as it runs synchronously.
 *
 * Node swallows a signal that comes when the code has just ended, and remembers it: it would break into the code that
 * runs next, in another cell. When the control thread has sent one that has not arrived, it is waited for here.
 */
export function runScript(code: string, filename: string, interrupts: InterruptRequests): unknown {
  const engine = restEngine();
  try {
    return vm.runInThisContext(code, { filename, breakOnSigint: true, importModuleDynamically: importDynamically });
  } catch (error) {
    if (isBreak(error)) {
      interrupts.settleSignals();
      restBrokenEngine(engine);
    }
    throw error;
  } finally {
    if (interrupts.awaitsSignal()) {
      catchSwallowedSignal();
      interrupts.settleSignals();
    }
  }
}

/** Whether a signal has broken into synchronous code. */
export function isBreak(thrown: unknown): boolean {
  return (thrown as NodeJS.ErrnoException | undefined)?.code === "ERR_SCRIPT_EXECUTION_INTERRUPTED";
}

function catchSwallowedSignal(): void {
  try {
    vm.runInThisContext("while (true);", { breakOnSigint: true, timeout: swallowedFor });
  } catch {
    // It came, or it is not there.
  }
}
