import { type FrontEnd, frontEndSymbol } from "../../display/front-end";
import { currentCell } from "../cell/cell";
import { leaveBehind } from "../interrupts/interrupt-cell";
import { encodeBytes } from "../viewers/show-value";
import { sendDisplay } from "./send-display";

/** Installs the front end that the library uses: displays, and the interrupt of the running cell. */
export function installFrontEnd(): void {
  const never = new AbortController().signal;
  const frontEnd: FrontEnd = {
    display(bundle, { id, update = false } = {}) {
      sendDisplay({ ...encodeBytes(bundle), transient: id === undefined ? {} : { display_id: id } }, update);
    },
    get interruptSignal() {
      const cell = currentCell();
      if (cell === undefined) return never;
      cell.readsSignal = true;
      if (cell.done) leaveBehind(cell);
      return cell.interrupt.signal;
    },
  };
  Object.assign(globalThis, { [frontEndSymbol]: frontEnd });
}
