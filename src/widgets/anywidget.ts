import { comms } from "../display/comms";
import { checkOptions, optionsSchema } from "../runtime/check-options";
import { checkValue } from "../runtime/check-value";
import { accepts, callback as callbackRule, checkedElsewhere, text } from "../runtime/rules";
import { anywidgetClasses } from "./parts/classes";
import { makeWidget } from "./parts/make-widget";
import { callUser, newestOnly } from "./parts/newest-only";
import { WidgetModel } from "./parts/widget-model";
import type { Control } from "./widget";

/** Options of `anywidget()`. */
export interface AnywidgetOptions<State extends object> {
  /**
   * The front end: the text of a JavaScript module whose default export has `render({ model, el })`. The module gets and sets
   * the state with `model.get(name)`, `model.set(name, value)` and `model.save_changes()`, and sends messages with
   * `model.send(content)`.
   */
  esm: string;
  /** Style sheet for the front end; defaults to none. */
  css?: string;
  /** The first state: values that are JSON, or bytes (a Uint8Array, which the module sees as a DataView). Defaults to none. */
  state?: State;
  /** What stands for the widget where no JavaScript runs; defaults to the state as text. */
  alt?: string;
}

/** A widget with a front end of its own. */
export interface Anywidget<State extends object> extends Control<Readonly<State>> {
  /** Changes some of the values, here and in the page. */
  set(change: Partial<State>): void;
  /** Sends a message to the front end, which hears it with `model.on("msg:custom", (content, buffers) => …)`. */
  send(content: unknown, buffers?: readonly Uint8Array[]): void;
  /**
   * Calls a function with every message of the front end.
   * @returns a function that ends this
   */
  onMessage(callback: (content: unknown, buffers: readonly Uint8Array[]) => unknown): () => void;
}

const plainObject = accepts<object>(
  (value) => typeof value === "object" && value !== null && !Array.isArray(value) && !ArrayBuffer.isView(value),
  "an object with values by name",
);

const schema = optionsSchema<AnywidgetOptions<object>>({
  esm: text,
  css: accepts<string>((value) => typeof value === "string", "a text").optional(),
  state: plainObject.optional(),
  alt: text.optional(),
});

/**
 * A widget with a front end of your own: one JavaScript module, as https://anywidget.dev describes it.
 *
 *     const counter = anywidget({
 *       esm: `export default { render({ model, el }) {
 *         const button = document.createElement("button");
 *         const show = () => { button.textContent = "clicked " + model.get("count") + " times"; };
 *         button.onclick = () => { model.set("count", model.get("count") + 1); model.save_changes(); };
 *         model.on("change:count", show);
 *         show();
 *         el.append(button);
 *       } }`,
 *       state: { count: 0 },
 *     });
 *     counter.onChange(({ count }) => console.log(count));
 *     counter
 *
 * @throws ArgumentError if `esm` is missing, and for options that it does not know
 */
export function anywidget<State extends object = Record<string, never>>(
  options: AnywidgetOptions<State>,
): Anywidget<State> {
  checkOptions(where, schema, options);
  const { esm, css = "", state = {} as State, alt } = options;
  const names = Object.keys(state);
  const model = new WidgetModel({ ...anywidgetClasses, _esm: esm, _css: css, ...state });
  const value = () => Object.fromEntries(names.map((name) => [name, model.get(name)])) as Readonly<State>;
  const known = optionsSchema(Object.fromEntries(names.map((name) => [name, checkedElsewhere.optional()])));
  const set = (change: Partial<State>) => {
    checkValue(where, "state", change, plainObject);
    checkOptions(where, known, change);
    model.set(change as Record<string, unknown>);
  };
  const fail = (error: unknown) => comms()?.fail(error);
  const widget = makeWidget(model, () => alt ?? `anywidget: ${JSON.stringify(value())}`);
  return Object.defineProperties(widget, {
    ...Object.getOwnPropertyDescriptors({
      set,
      send: model.send.bind(model),
      onChange(callback: (value: Readonly<State>) => unknown) {
        checkValue(where, "callback", callback, callbackRule);
        const work = newestOnly(callback, fail);
        return model.on("change", (_, signal) => work(value(), signal));
      },
      onMessage(callback: (content: unknown, buffers: readonly Uint8Array[]) => unknown) {
        checkValue(where, "callback", callback, callbackRule);
        return model.on("message", async (content, buffers) => {
          try {
            await callUser(() => callback(content, buffers));
          } catch (error) {
            fail(error);
          }
        });
      },
    }),
    value: { enumerable: true, get: value, set },
  }) as Anywidget<State>;
}

const where = "anywidget()";
