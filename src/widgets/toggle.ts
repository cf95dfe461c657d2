import { checkOptions, optionsSchema } from "../runtime/check-options";
import { checkValue } from "../runtime/check-value";
import { flag } from "../runtime/rules";
import { controlClasses } from "./parts/classes";
import { labelState } from "./parts/label-state";
import { type LabelOption, labelRule, makeControl } from "./parts/make-control";
import { WidgetModel } from "./parts/widget-model";
import type { Control } from "./widget";

/** Options of `toggle()`. */
export interface ToggleOptions extends LabelOption {
  /** The first value; defaults to false. */
  value?: boolean;
}

const schema = optionsSchema<ToggleOptions>({ value: flag.optional(), label: labelRule.optional() });

/**
 * A check box: true or false.
 *
 *     interact({ logScale: toggle() }, ({ logScale }) => lineChart(curves, { yScale: logScale ? "log" : "linear" }))
 *
 * @throws ArgumentError for options out of range
 */
export function toggle(options: ToggleOptions = {}): Control<boolean> {
  checkOptions(where, schema, options);
  const { value = false, label = "" } = options;
  const model = new WidgetModel(
    { ...controlClasses("Checkbox"), value, ...labelState(label), indent: true },
    (name, received) => name !== "value" || typeof received === "boolean",
  );
  const write = (next: boolean) => {
    checkValue(where, "value", next, flag);
    return next;
  };
  return makeControl({ title: where, model, field: "value", write });
}

const where = "toggle()";
