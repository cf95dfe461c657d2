import type { CommMessage, CommOptions } from "../../display/comms";
import type { Cell, Publish } from "../cell/cell";
import { interruptContinued } from "../interrupts/continued-work";

/** An open comm. */
export interface OpenComm {
  readonly id: string;
  readonly target: string;
  /** Handles a message of the front end. `publish` sends messages on behalf of it. */
  receive(message: CommMessage, publish: Publish): void;
  /** The comm is closed; nothing may be sent on it anymore. */
  closed(): void;
  /** The cell that opened it, and its state; a comm that the front end opened has neither. */
  readonly cell?: Cell;
  state?: CommOptions["state"];
}

/** The open comms of the kernel. */
export interface CommRegistry {
  add(comm: OpenComm): void;
  find(id: string): OpenComm | undefined;
  list(): OpenComm[];
  /** Forgets a comm that the front end or its owner has closed. */
  remove(id: string): void;
  /** Closes the comms that belong to these cells. */
  freeCells(cells: readonly unknown[], request: { publish: Publish }): void;
}

/** Creates the list of open comms. */
export function createCommRegistry(): CommRegistry {
  const open = new Map<string, OpenComm>();

  function remove(id: string): void {
    const comm = open.get(id);
    open.delete(id);
    comm?.closed();
  }

  return {
    add: (comm) => void open.set(comm.id, comm),
    find: (id) => open.get(id),
    list: () => [...open.values()],
    remove,
    freeCells(cells, { publish }) {
      const ids = new Set<unknown>(cells.filter((id) => id !== undefined));
      for (const { id, cell } of [...open.values()]) {
        if (cell === undefined || !ids.has(cell.id)) continue;
        publish("comm_close", { comm_id: id, data: {} });
        remove(id);
      }
      interruptContinued((work) => ids.has(work.id));
    },
  };
}
