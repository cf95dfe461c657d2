import type { Widget } from "../widget";
import { makeWidget } from "./make-widget";
import type { WidgetModel } from "./widget-model";

/** A widget that shows a value, which the program can change. */
export interface ValueWidget<T> extends Widget {
  /** What is shown. Assigning a value changes it in the page. */
  value: T;
}

/**
 * A widget that shows the value of its model.
 *
 * @param check throws for a value that cannot be shown
 * @param describe the value as text
 */
export function makeValueWidget<T>(
  model: WidgetModel,
  check: (value: T) => void,
  describe: (value: T) => string,
): ValueWidget<T> {
  const widget = makeWidget(model, () => describe(model.get("value") as T));
  return Object.defineProperty(widget, "value", {
    enumerable: true,
    get: () => model.get("value") as T,
    set(value: T) {
      check(value);
      model.set({ value });
    },
  }) as ValueWidget<T>;
}
