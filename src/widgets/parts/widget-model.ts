import { type Comm, type CommMessage, comms } from "../../display/comms";
import { packState, unpackState, type WidgetState } from "./widget-state";

/** What a listener receives: the names that the front end has changed, a message of its own, or that the connection opens or closes. */
export interface ModelEvents {
  change(names: readonly string[], signal: AbortSignal): void | Promise<void>;
  message(content: unknown, buffers: readonly Uint8Array[], signal: AbortSignal): void | Promise<void>;
  open(): void;
  close(): void;
}

/** Whether a value from the front end is one that the widget can have. */
export type Accepts = (name: string, value: unknown) => boolean;

/** The front end speaks version 2 of the widgets' protocol. */
const protocol = { version: "2.1.0" };

/** The state of one widget, and its connection to the page: a comm of the target "jupyter.widget". */
export class WidgetModel {
  #state: WidgetState;
  #comm: Comm | undefined;
  readonly #accepts: Accepts;
  readonly #listeners = {
    change: new Set<ModelEvents["change"]>(),
    message: new Set<ModelEvents["message"]>(),
    open: new Set<ModelEvents["open"]>(),
    close: new Set<ModelEvents["close"]>(),
  };

  /**
   * @param state with the names of its classes, such as `_model_name`
   * @param accepts checks what the front end sends; by default, everything is accepted
   */
  constructor(state: WidgetState, accepts: Accepts = () => true) {
    this.#state = state;
    this.#accepts = accepts;
  }

  get(name: string): unknown {
    return this.#state[name];
  }

  /** Changes the state, here and in the page. */
  set(change: WidgetState): void {
    Object.assign(this.#state, change);
    this.#comm?.send(this.#update(change));
  }

  /** Changes the state on behalf of the page, and tells the listeners. The promise lasts until their work is done. */
  change(change: WidgetState, signal: AbortSignal): Promise<void> {
    Object.assign(this.#state, change);
    return all(this.#listeners.change, (changed) => changed(Object.keys(change), signal));
  }

  /** Calls a listener for every event of a kind. Returns a function that ends this. */
  on<Kind extends keyof ModelEvents>(kind: Kind, listener: ModelEvents[Kind]): () => void {
    const listeners = this.#listeners[kind] as Set<ModelEvents[Kind]>;
    listeners.add(listener);
    return () => void listeners.delete(listener);
  }

  /** Sends a message of the widget's own. */
  send(content: unknown, buffers: readonly Uint8Array[] = []): void {
    this.#comm?.send({ data: { method: "custom", content }, buffers });
  }

  /** Opens the connection, unless it is open. Returns the id of the widget in the page, or undefined outside a notebook. */
  open(): string | undefined {
    const kernel = comms();
    if (kernel === undefined) return undefined;
    if (this.#comm !== undefined) return this.#comm.id;
    this.#comm = kernel.open({
      target: "jupyter.widget",
      message: this.#packed(this.#state),
      metadata: protocol,
      onMessage: (message, signal) => this.#receive(message, signal),
      onClose: () => {
        this.#comm = undefined;
        for (const closed of this.#listeners.close) closed();
      },
      state: () => this.#packed(this.#state),
    });
    for (const opened of this.#listeners.open) opened();
    return this.#comm.id;
  }

  /** Closes the connection, and those of the widgets inside this one. */
  close(): void {
    this.#comm?.close();
    for (const inner of Object.values(this.#state).flat()) if (inner instanceof WidgetModel) inner.close();
  }

  /** The state as JSON and buffers. A widget inside it is opened first, since the page must know it before it is named. */
  #packed(state: WidgetState): CommMessage {
    return packState(state, (value) => (value instanceof WidgetModel ? `IPY_MODEL_${value.open()}` : undefined));
  }

  #update(change: WidgetState): CommMessage {
    const { data, buffers } = this.#packed(change);
    return { data: { method: "update", ...data }, buffers };
  }

  #receive(message: CommMessage, signal: AbortSignal): void | Promise<void> {
    const { method, content } = message.data;
    if (method === "update") return this.#accept(unpackState(message), signal);
    if (method === "request_state") return this.#comm?.send(this.#update(this.#state));
    if (method === "custom") return all(this.#listeners.message, (heard) => heard(content, message.buffers, signal));
    throw new Error(`the method ${JSON.stringify(method)} is not "update", "request_state" or "custom"`);
  }

  #accept(change: WidgetState, signal: AbortSignal): Promise<void> {
    const names = Object.keys(change);
    const wrong = names.find((name) => !this.#accepts(name, change[name]));
    if (wrong !== undefined) {
      throw new Error(`${String(this.#state._model_name)} cannot have ${wrong} = ${JSON.stringify(change[wrong])}`);
    }
    return this.change(change, signal);
  }
}

/** Calls all listeners. The promise lasts until the work of all of them is done. */
async function all<T>(listeners: Iterable<T>, call: (listener: T) => void | Promise<void>): Promise<void> {
  await Promise.all([...listeners].map(call));
}
