import { checkValue } from "../runtime/check-value";
import { accepts } from "../runtime/rules";
import { controlClasses } from "./parts/classes";
import { makeValueWidget, type ValueWidget } from "./parts/make-value-widget";
import { WidgetModel } from "./parts/widget-model";

const anyText = accepts<string>((value) => typeof value === "string", "a text");

/**
 * A line of text that can change.
 *
 *     const status = label("waiting");
 *     status.value = "done";
 *
 * @param value the first text
 * @throws ArgumentError for anything but a text
 */
export function label(value: string): ValueWidget<string> {
  const check = (next: string) => checkValue("label()", "value", next, anyText);
  check(value);
  return makeValueWidget(new WidgetModel({ ...controlClasses("Label"), value }), check, (text) => text);
}
