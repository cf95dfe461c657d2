import { display } from "../../display/display";
import { type FrontEnd, frontEndSymbol } from "../../display/front-end";
import { html } from "../../display/html";
import { image } from "../../display/image";
import { latex } from "../../display/latex";
import { markdown } from "../../display/markdown";
import { svg } from "../../display/svg";
import { currentCell } from "../cell/cell";
import { leaveBehind } from "../interrupts/interrupt-cell";
import { encodeBytes } from "../viewers/show-value";
import { sendDisplay } from "./send-display";
import { showDisplay } from "./show-display";

/**
 * Installs the front end that the library uses: displays, and the interrupt of the running cell. Cells get
 * the library's `display` functions as global functions. `compiler/cell-globals.ts` declares them.
 */
export function installFrontEnd(): void {
  const never = new AbortController().signal;
  const frontEnd: FrontEnd = {
    display(bundle, { id, update = false } = {}) {
      sendDisplay({ ...encodeBytes(bundle), transient: id === undefined ? {} : { display_id: id } }, update);
    },
    show: (value, { id, update = false }) => showDisplay(value, id, update),
    get interruptSignal() {
      const cell = currentCell();
      if (cell === undefined) return never;
      cell.readsSignal = true;
      if (cell.done) leaveBehind(cell);
      return cell.interrupt.signal;
    },
  };
  Object.assign(globalThis, { [frontEndSymbol]: frontEnd, display, html, markdown, latex, svg, image });
}
