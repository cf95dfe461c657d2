import vm from "node:vm";
import { guardEngine } from "../interrupts/guard-engine";
import { loadedEngine, resetBrokenEngine, resetEngine } from "../interrupts/idle-engine";
import type { InterruptRequests } from "../interrupts/interrupt-requests";
import { importDynamically } from "./notebook-globals";

/** How long (ms) to wait for a signal that Node may have swallowed. */
const swallowedFor = 100;

/**
 * Runs compiled code. A signal interrupts it while it runs synchronously.
 *
 * If a signal arrives just after the code has ended, Node keeps it and interrupts the code that runs next, in another
 * cell. Therefore, if the control thread has sent a signal that has not arrived, this function waits for it.
 *
 * @param checkpoint Throws if the cell was interrupted. The engine of TensorFlow.js calls it where an operation begins.
 */
export function runScript(
  code: string,
  filename: string,
  interrupts: InterruptRequests,
  checkpoint: () => void,
): unknown {
  const loaded = loadedEngine();
  if (loaded !== undefined) guardEngine(loaded, interrupts, checkpoint);
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
