import type { CommMessage, CommOptions } from "../../display/comms";
import { logLine } from "../base/kernel-log";
import { type Cell, continueInCell } from "../cell/cell";
import { trackContinued } from "../interrupts/continued-work";

/**
 * Hands a message to the one who opened the comm. The work that it starts belongs to the cell that opened the comm: what it
 * prints appears there. A message that cannot be read is logged and ignored.
 */
export function deliver(cell: Cell, message: CommMessage, onMessage: CommOptions["onMessage"]): void {
  const work = cell.continued();
  const ignore = (error: unknown) => logLine(`ignored a comm message: ${(error as Error).message}`);
  continueInCell(work, () => {
    try {
      const done = onMessage(message, work.interrupt.signal);
      if (done !== undefined) trackContinued(work, done.catch(ignore));
    } catch (error) {
      ignore(error);
    }
  });
}
