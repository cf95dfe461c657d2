import { checkOptions, optionsSchema } from "../runtime/check-options";
import { finiteNumber, positive } from "../runtime/rules";
import { labelState } from "./parts/label-state";
import { type LabelOption, labelRule } from "./parts/make-control";
import { decimalsOf, niceStep, onStep } from "./parts/nice-step";
import { checkInterval, numberControl, valueWithin } from "./parts/number-control";
import type { Control } from "./widget";

/** Options of `slider()`. */
export interface SliderOptions extends LabelOption {
  /** The first value, in [min, max]; defaults to the middle. */
  value?: number;
  /** The distance between two values; defaults to a round number of which one to two hundred fit into the range. */
  step?: number;
}

const schema = optionsSchema<SliderOptions>({
  value: finiteNumber.optional(),
  step: positive.optional(),
  label: labelRule.optional(),
});

/**
 * A slider over the numbers from `min` to `max`.
 *
 *     const z = slider(-3, 3, { value: 0, label: "z₁" });
 *     z.onChange((value) => console.log(value));
 *     z
 *
 * @throws ArgumentError unless min < max are finite, and for options out of range
 */
export function slider(min: number, max: number, options: SliderOptions = {}): Control<number> {
  checkInterval(where, min, max);
  checkOptions(where, schema, options);
  const { step = niceStep(max - min), label = "" } = options;
  const value = valueWithin(where, options.value, min, max, onStep((min + max) / 2, min, max, step));
  const state = { step, ...labelState(label), readout_format: `.${decimalsOf(step)}f`, continuous_update: true };
  return numberControl({ where, classes: "FloatSlider", min, max, value, state });
}

const where = "slider()";
