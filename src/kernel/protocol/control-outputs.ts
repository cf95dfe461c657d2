import type { ControlOutput } from "./control-thread";
import { createMailbox, type MailboxSlot } from "./mailbox";

/** The iopub messages of the control thread, for the main thread. */
export interface ControlOutputs {
  /** To be transferred to the control thread. */
  readonly slot: MailboxSlot;
  /** Publishes what the control thread has posted. The event loop also does so. */
  deliver(): void;
}

export function createControlOutputs(publish: (output: ControlOutput) => void): ControlOutputs {
  const mailbox = createMailbox();
  mailbox.onMessage((output) => publish(output as ControlOutput));
  return {
    slot: mailbox.slot,
    deliver() {
      for (let posted = mailbox.take(); posted !== undefined; posted = mailbox.take()) {
        publish(posted.message as ControlOutput);
      }
    },
  };
}
