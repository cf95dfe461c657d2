import type { CommMessage, CommOptions } from "../../display/comms";
import type { Cell, Publish } from "../cell/cell";
import { KeyboardInterrupt } from "../interrupts/keyboard-interrupt";

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
  /** Keeps the work for a message until it is done, so that an interrupt finds it. */
  track(work: Cell, done: Promise<void>): void;
  /** Interrupts the work that messages have started. */
  interrupt(): void;
}

/** Creates the list of open comms. */
export function createCommRegistry(): CommRegistry {
  const open = new Map<string, OpenComm>();
  const working = new Set<Cell>();

  function remove(id: string): void {
    const comm = open.get(id);
    open.delete(id);
    comm?.closed();
  }

  function stop(work: Cell): void {
    // Work that has read the signal, such as `fit`, may stop by itself, but not at a second interrupt.
    work.stopped = work.interrupt.signal.aborted || !work.readsSignal;
    work.interrupt.abort(new KeyboardInterrupt());
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
      for (const work of working) if (ids.has(work.id)) stop(work);
    },
    track(work, done) {
      working.add(work);
      void done.finally(() => working.delete(work));
    },
    interrupt: () => working.forEach(stop),
  };
}
