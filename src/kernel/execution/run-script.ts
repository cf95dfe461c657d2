import vm from "node:vm";
import { resetBrokenEngine, resetEngine } from "../interrupts/idle-engine";
import type { InterruptRequests } from "../interrupts/interrupt-requests";
import { importDynamically } from "./notebook-globals";

/** How long (ms) to wait for a signal that Node may have swallowed. */
const swallowedFor = 100;

/**
 * Runs compiled code. A signal interrupts it while it runs synchronously.
 *
 * If a signal arrives just after the code has ended, Node keeps it and interrupts the code that runs next, in another
 * cell. Therefore, if the control thread has sent a signal that has not arrived, this function waits for it.
 */
export function runScript(code: string, filename: string, interrupts: InterruptRequests): unknown {
  const engine = resetEngine();
  try {
    return vm.runInThisContext(code, { filename, breakOnSigint: true, importModuleDynamically: importDynamically });
  } catch (error) {
    if (isBreak(error)) {
      interrupts.settleSignals();
      resetBrokenEngine(engine);
    }
    throw error;
  } finally {
    if (interrupts.awaitsSignal()) {
      catchSwallowedSignal();
      interrupts.settleSignals();
    }
  }
}

/** Whether a signal interrupted synchronous code. */
export function isBreak(thrown: unknown): boolean {
  return (thrown as NodeJS.ErrnoException | undefined)?.code === "ERR_SCRIPT_EXECUTION_INTERRUPTED";
}

function catchSwallowedSignal(): void {
  try {
    vm.runInThisContext("while (true);", { breakOnSigint: true, timeout: swallowedFor });
  } catch {
    // Either the signal arrived or there was none.
  }
}
