import type { Displayable } from "../display/mime-bundle";
import type { WidgetModel } from "./parts/widget-model";

/** The key of a widget's model, which boxes and `interact()` use. */
export const modelSymbol: unique symbol = Symbol("elbo-lab.widgetModel") as never;

/** An object that lives in the notebook's page: it shows itself as the last value of a cell, and changes wherever it is shown. */
export interface Widget extends Displayable {
  readonly [modelSymbol]: WidgetModel;
  /** Removes the widget, and those inside it, from the page. Shown again, it starts anew. */
  close(): void;
}

/** A widget with a value that the reader of the notebook can change. */
export interface Control<T> extends Widget {
  /** The present value. Assigning a value moves the control in the page; it calls no function of `onChange()`. */
  value: T;
  /**
   * Calls a function with the new value when the reader changes it. While the function runs, further changes wait, and only
   * the newest of them is passed on. An error appears in the output of the control's cell.
   *
   * @returns a function that ends this
   */
  onChange(callback: (value: T) => unknown): () => void;
}

/** Whether a value is a control of this library. */
export const isControl = (value: unknown): value is Control<unknown> =>
  typeof value === "object" && value !== null && modelSymbol in value && "onChange" in value;

/** Whether a value is a widget of this library. */
export const isWidget = (value: unknown): value is Widget =>
  typeof value === "object" && value !== null && modelSymbol in value;
