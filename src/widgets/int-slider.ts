import { ArgumentError } from "../runtime/argument-error";
import { checkOptions, optionsSchema } from "../runtime/check-options";
import { finiteNumber, wholeNumber } from "../runtime/rules";
import { labelState } from "./parts/label-state";
import { type LabelOption, labelRule } from "./parts/make-control";
import { onStep } from "./parts/nice-step";
import { checkInterval, numberControl, valueWithin } from "./parts/number-control";
import type { Control } from "./widget";

/** Options of `intSlider()`. */
export interface IntSliderOptions extends LabelOption {
  /** The first value, a whole number in [min, max]; defaults to the middle. */
  value?: number;
  /** The distance between two values, a whole number; defaults to 1. */
  step?: number;
}

const schema = optionsSchema<IntSliderOptions>({
  value: finiteNumber.optional(),
  step: wholeNumber().optional(),
  label: labelRule.optional(),
});

/**
 * A slider over the whole numbers from `min` to `max`.
 *
 *     interact({ k: intSlider(1, 50, { value: 5 }) }, ({ k }) => `${k} draws`)
 *
 * @throws ArgumentError unless min < max are whole numbers, and for options out of range
 */
export function intSlider(min: number, max: number, options: IntSliderOptions = {}): Control<number> {
  checkInterval(where, min, max);
  checkOptions(where, schema, options);
  const { step = 1, label = "" } = options;
  const value = valueWithin(where, options.value, min, max, onStep(Math.floor((min + max) / 2), min, max, step));
  for (const [name, given] of Object.entries({ min, max, value })) {
    if (!Number.isInteger(given)) throw new ArgumentError(where, name, given, "a whole number", "Or use slider().");
  }
  const state = { step, ...labelState(label), continuous_update: true };
  return numberControl({ where, classes: "IntSlider", min, max, value, state });
}

const where = "intSlider()";
