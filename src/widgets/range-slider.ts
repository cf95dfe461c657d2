import { checkOptions, optionsSchema } from "../runtime/check-options";
import { checkValue } from "../runtime/check-value";
import { accepts, positive } from "../runtime/rules";
import { controlClasses } from "./parts/classes";
import { labelState } from "./parts/label-state";
import { type LabelOption, labelRule, makeControl } from "./parts/make-control";
import { decimalsOf, niceStep } from "./parts/nice-step";
import { checkInterval } from "./parts/number-control";
import { WidgetModel } from "./parts/widget-model";
import type { Control } from "./widget";

/** Options of `rangeSlider()`. */
export interface RangeSliderOptions extends LabelOption {
  /** The first interval, [low, high] with min ≤ low ≤ high ≤ max; defaults to the whole range. */
  value?: readonly [number, number];
  /** The distance between two values; defaults to a round number of which one to two hundred fit into the range. */
  step?: number;
}

/**
 * A slider with two handles: the ends of an interval inside [min, max].
 *
 *     interact({ range: rangeSlider(0, 1) }, ({ range: [low, high] }) => histogram(scores, { xDomain: [low, high] }))
 *
 * @throws ArgumentError unless min < max are finite, and for options out of range
 */
export function rangeSlider(
  min: number,
  max: number,
  options: RangeSliderOptions = {},
): Control<readonly [number, number]> {
  checkInterval(where, min, max);
  const rule = accepts<readonly [number, number]>((value) => {
    const [low, high] = Array.isArray(value) && value.length === 2 ? value : [];
    return Number.isFinite(low) && Number.isFinite(high) && min <= low && low <= high && high <= max;
  }, `two numbers in [${min}, ${max}], the lower one first`);
  const schema = optionsSchema<RangeSliderOptions>({
    value: rule.optional(),
    step: positive.optional(),
    label: labelRule.optional(),
  });
  checkOptions(where, schema, options);
  const { value = [min, max], step = niceStep(max - min), label = "" } = options;
  const readout_format = `.${decimalsOf(step)}f`;
  const model = new WidgetModel(
    {
      ...controlClasses("FloatRangeSlider"),
      ...{ min, max, value: [...value], step, ...labelState(label), readout_format, continuous_update: true },
    },
    (name, received) => name !== "value" || rule.safeParse(received).success,
  );
  return makeControl({
    title: `rangeSlider(${min}, ${max})`,
    model,
    field: "value",
    write(next) {
      checkValue(where, "value", next, rule);
      return [...next];
    },
  });
}

const where = "rangeSlider()";
