import { randomUUID } from "node:crypto";
import { stripVTControlCharacters } from "node:util";
import { type Comms, commsSymbol } from "../../display/comms";
import { currentCell } from "../cell/cell";
import { describeError } from "../errors/describe-error";
import { attributeFailure } from "../errors/late-failures";
import type { InterruptRequests } from "../interrupts/interrupt-requests";
import { showValue } from "../viewers/show-value";
import type { CommRegistry } from "./comm-registry";
import { deliver } from "./deliver";
import { interruptibleCall } from "./interruptible-call";

/** The frames between the kernel and a callback: the library's widgets, and the script that calls it. */
const between = /^\s+at .*(elbo-lab-callback|[\\/]widgets[\\/][\w\\/-]+\.js)/;

/**
 * Installs the comms that the library's widgets use.
 *
 * @param checkpoint Throws if the work that calls it was interrupted.
 */
export function installComms(registry: CommRegistry, interrupts: InterruptRequests, checkpoint: () => void): void {
  const comms: Comms = {
    open({ target, message, metadata, onMessage, onClose, state }) {
      const cell = currentCell();
      if (cell === undefined) throw new Error("a comm can only be opened by the code of a cell");
      const id = randomUUID();
      registry.add({
        id,
        target,
        cell,
        state,
        receive: (received) => deliver(cell, received, onMessage),
        closed: onClose,
      });
      cell.publish(
        "comm_open",
        { comm_id: id, target_name: target, data: message.data },
        { metadata, buffers: message.buffers },
      );
      return {
        id,
        send: ({ data, buffers }) => cell.publish("comm_msg", { comm_id: id, data }, { buffers }),
        close() {
          if (registry.find(id) === undefined) return;
          cell.publish("comm_close", { comm_id: id, data: {} });
          registry.remove(id);
        },
      };
    },
    run: (work) => interruptibleCall(work, interrupts, checkpoint),
    fail: attributeFailure,
    show: async (value) =>
      showValue(value, (error) => {
        throw error;
      }),
    describe,
  };
  Object.assign(globalThis, { [commsSymbol]: comms });
}

function describe(error: unknown): string {
  const lines = stripVTControlCharacters(describeError(error).traceback.join("\n")).split("\n");
  return lines.filter((line) => !between.test(line)).join("\n");
}
