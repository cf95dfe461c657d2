import { inspect } from "node:util";
import { comms } from "../../display/comms";
import { type Rule, text } from "../../runtime/rules";
import type { Control } from "../widget";
import { makeWidget } from "./make-widget";
import { newestOnly } from "./newest-only";
import type { WidgetModel } from "./widget-model";

/** The option that all controls share. */
export interface LabelOption {
  /** A short text beside the control; in `interact()`, it defaults to the name of the value. */
  label?: string;
}

/** The rule of `LabelOption`. */
export const labelRule: Rule<string> = text;

interface Parts<T> {
  /** The control as it was made, such as "slider(-3, 3)". */
  title: string;
  model: WidgetModel;
  /** The name of the value in the model's state. */
  field: string;
  /** The value that a state stands for; defaults to the state itself. */
  read?(state: unknown): T;
  /** Checks a value that the user assigns, and returns the state that stands for it. */
  write(value: T): unknown;
}

/** A control for a model. */
export function makeControl<T>({ title, model, field, read = (state) => state as T, write }: Parts<T>): Control<T> {
  const value = () => read(model.get(field));
  const widget = makeWidget(model, () => `${title}: ${inspect(value())}`);
  const control = {
    onChange(callback: (value: T) => unknown): () => void {
      const work = newestOnly(callback, (error) => comms()?.fail(error));
      return model.on("change", (names, signal) => (names.includes(field) ? work(value(), signal) : undefined));
    },
  };
  Object.defineProperty(control, "value", {
    enumerable: true,
    get: value,
    set: (next: T) => model.set({ [field]: write(next) }),
  });
  return Object.defineProperties(control, Object.getOwnPropertyDescriptors(widget)) as Control<T>;
}
