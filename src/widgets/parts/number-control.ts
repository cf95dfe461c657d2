import { ArgumentError } from "../../runtime/argument-error";
import { checkFinite, checkValue } from "../../runtime/check-value";
import { within } from "../../runtime/rules";
import type { Control } from "../widget";
import { controlClasses } from "./classes";
import { makeControl } from "./make-control";
import { WidgetModel } from "./widget-model";

/** Throws unless `min` and `max` are the ends of an interval. */
export function checkInterval(where: string, min: unknown, max: unknown): void {
  checkFinite(where, "min", min);
  if (!(Number.isFinite(max) && (max as number) > (min as number))) {
    throw new ArgumentError(where, "max", max, `a finite number above min = ${min}`);
  }
}

/** The value of an option in [min, max], or its default. */
export function valueWithin(where: string, value: number | undefined, min: number, max: number, otherwise: number) {
  if (value === undefined) return otherwise;
  checkValue(where, "value", value, within(min, max));
  return value;
}

interface Parts {
  /** The function, as the user calls it: "slider()". */
  where: string;
  /** The name of the widget's classes: "FloatSlider". */
  classes: string;
  min: number;
  max: number;
  value: number;
  state: Record<string, unknown>;
}

/** A control whose value is a number in [min, max]. */
export function numberControl({ where, classes, min, max, value, state }: Parts): Control<number> {
  const rule = within(min, max);
  const model = new WidgetModel(
    { ...controlClasses(classes), min, max, value, ...state },
    (name, received) => name !== "value" || rule.safeParse(received).success,
  );
  const write = (next: number) => {
    checkValue(where, "value", next, rule);
    return next;
  };
  return makeControl({ title: `${where.replace("()", "")}(${min}, ${max})`, model, field: "value", write });
}
