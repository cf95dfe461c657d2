import { checkOptions, optionsSchema } from "../runtime/check-options";
import { checkValue } from "../runtime/check-value";
import { accepts } from "../runtime/rules";
import { controlClasses } from "./parts/classes";
import { labelState } from "./parts/label-state";
import { type LabelOption, labelRule, makeControl } from "./parts/make-control";
import { WidgetModel } from "./parts/widget-model";
import type { Control } from "./widget";

/** Options of `text()`. */
export interface TextOptions extends LabelOption {
  /** The first text; defaults to an empty one. */
  value?: string;
  /** A gray text in the empty field; defaults to none. */
  placeholder?: string;
}

const anyText = accepts<string>((value) => typeof value === "string", "a text");
const schema = optionsSchema<TextOptions>({
  value: anyText.optional(),
  placeholder: anyText.optional(),
  label: labelRule.optional(),
});

/**
 * A field for one line of text.
 *
 *     interact({ sentence: text({ value: "a small heart" }) }, ({ sentence }) => imageGrid(drawn(sentence)))
 *
 * @throws ArgumentError for options that are not texts
 */
export function text(options: TextOptions = {}): Control<string> {
  checkOptions(where, schema, options);
  const { value = "", placeholder = "", label = "" } = options;
  const model = new WidgetModel(
    { ...controlClasses("Text"), value, placeholder, ...labelState(label), continuous_update: true },
    (name, received) => name !== "value" || typeof received === "string",
  );
  const write = (next: string) => {
    checkValue(where, "value", next, anyText);
    return next;
  };
  return makeControl({ title: where, model, field: "value", write });
}

const where = "text()";
