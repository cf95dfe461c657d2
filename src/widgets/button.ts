import { checkValue } from "../runtime/check-value";
import { accepts, text } from "../runtime/rules";
import { controlClasses } from "./parts/classes";
import { makeControl } from "./parts/make-control";
import { WidgetModel } from "./parts/widget-model";
import type { Control } from "./widget";

const count = accepts<number>((value) => Number.isInteger(value), "a whole number");

/**
 * A button. Its value is the number of clicks, which serves well as a seed.
 *
 *     interact({ seed: button("Draw again") }, ({ seed }) => imageGrid([...model.sample(12, { seed }).dataSync()]))
 *
 * @param label the text on the button
 * @throws ArgumentError if the label is not a text
 */
export function button(label: string): Control<number> {
  checkValue(where, "label", label, text);
  const model = new WidgetModel({ ...controlClasses("Button"), description: label, [clicks]: 0 });
  const write = (next: number) => {
    checkValue(where, "value", next, count);
    return next;
  };
  const control = makeControl<number>({ title: `button("${label}")`, model, field: clicks, write });
  model.on("message", (content, _, signal) => {
    if ((content as { event?: unknown } | null)?.event !== "click") return undefined;
    return model.change({ [clicks]: control.value + 1 }, signal);
  });
  return control;
}

const where = "button()";
const clicks = "clicks";
