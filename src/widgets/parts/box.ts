import { inspect } from "node:util";
import { ArgumentError } from "../../runtime/argument-error";
import { isWidget, modelSymbol, type Widget } from "../widget";
import { controlClasses } from "./classes";
import { makeWidget } from "./make-widget";
import { WidgetModel } from "./widget-model";

/** A box of widgets, `where` being the function as the user calls it. */
export function box(where: string, classes: "HBox" | "VBox", children: readonly unknown[]): Widget {
  if (!Array.isArray(children)) throw new ArgumentError(where, "children", children, "a list of widgets");
  const models = children.map((child, i) => {
    if (!isWidget(child)) throw new ArgumentError(where, `children[${i}]`, child, "a widget, such as slider(0, 1)");
    return child[modelSymbol];
  });
  const model = new WidgetModel({ ...controlClasses(classes), children: models });
  return makeWidget(model, () => children.map((child) => inspect(child)).join(classes === "HBox" ? "  " : "\n"));
}
