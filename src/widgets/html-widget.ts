import { checkValue } from "../runtime/check-value";
import { accepts } from "../runtime/rules";
import { controlClasses } from "./parts/classes";
import { makeValueWidget, type ValueWidget } from "./parts/make-value-widget";
import { WidgetModel } from "./parts/widget-model";

const anyText = accepts<string>((value) => typeof value === "string", "a text");

/**
 * HTML that can change. Escape text that you do not control.
 *
 *     const title = htmlWidget("<b>epoch 1</b>");
 *     title.value = "<b>epoch 2</b>";
 *
 * @param value the first HTML text
 * @throws ArgumentError for anything but a text
 */
export function htmlWidget(value: string): ValueWidget<string> {
  const check = (next: string) => checkValue("htmlWidget()", "value", next, anyText);
  check(value);
  return makeValueWidget(new WidgetModel({ ...controlClasses("HTML"), value }), check, (text) => text);
}
