import { randomUUID } from "node:crypto";
import { inspect } from "node:util";
import { type CommMessage, type CommOptions, type Comms, commsSymbol } from "../../src/display/comms";
import { displaySymbol, type MimeBundle } from "../../src/display/mime-bundle";
import { packState, type WidgetState } from "../../src/widgets/parts/widget-state";
import { modelSymbol, type Widget } from "../../src/widgets/widget";

/** A comm as the page sees it. */
interface PageComm extends CommOptions {
  id: string;
  /** What was sent to the page after the comm was opened. */
  sent: CommMessage[];
}

/** A page in place of JupyterLab: it keeps what the library sends and sends what a reader would do. */
export interface Page {
  comms: PageComm[];
  /** Errors that would appear in the output of a cell. */
  failures: unknown[];
  /** Changes the state of a widget, as a reader does. Resolves when the library has done its work. */
  change(widget: Widget, state: WidgetState): Promise<void>;
  /** Sends any message to a widget. */
  send(widget: Widget, message: CommMessage, signal?: AbortSignal): void | Promise<void>;
  comm(widget: Widget): PageComm;
  close(): void;
}

/** Opens a page: until it is closed, the library believes that it runs in a notebook. */
export function openPage(): Page {
  const open: PageComm[] = [];
  const failures: unknown[] = [];
  const kernel: Comms = {
    open(options) {
      const comm = { ...options, id: randomUUID(), sent: [] as CommMessage[] };
      open.push(comm);
      return {
        id: comm.id,
        send: (message) => comm.sent.push(message),
        close() {
          open.splice(open.indexOf(comm), 1);
          comm.onClose();
        },
      };
    },
    run: (work) => work(),
    fail: (error) => failures.push(error),
    describe: String,
    async show(value) {
      const display = (value as { [displaySymbol]?: () => MimeBundle })[displaySymbol];
      return display?.call(value) ?? { data: { "text/plain": inspect(value) } };
    },
  };
  Object.assign(globalThis, { [commsSymbol]: kernel });

  function comm(widget: Widget): PageComm {
    const id = widget[modelSymbol].open();
    return open.find((candidate) => candidate.id === id)!;
  }
  const send: Page["send"] = (widget, message, signal = new AbortController().signal) =>
    comm(widget).onMessage(message, signal);
  return {
    comms: open,
    failures,
    comm,
    send,
    async change(widget, state) {
      const { data, buffers } = packState(state, () => undefined);
      await send(widget, { data: { method: "update", ...data }, buffers });
    },
    close: () => void Reflect.deleteProperty(globalThis, commsSymbol),
  };
}

/** The state in which a widget was opened. */
export const openedState = (page: Page, widget: Widget): WidgetState =>
  page.comm(widget).message.data.state as WidgetState;

/** The output of a widget in a cell. */
export const shown = async (widget: Widget): Promise<MimeBundle> => widget[displaySymbol]();
