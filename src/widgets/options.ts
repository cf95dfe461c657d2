import { inspect } from "node:util";
import { ArgumentError } from "../runtime/argument-error";
import { checkOptions, optionsSchema } from "../runtime/check-options";
import { accepts, checkedElsewhere } from "../runtime/rules";
import { controlClasses } from "./parts/classes";
import { labelState } from "./parts/label-state";
import { type LabelOption, labelRule, makeControl } from "./parts/make-control";
import { WidgetModel } from "./parts/widget-model";
import type { Control } from "./widget";

/** Options of `options()`. */
export interface ChoiceOptions<T> extends LabelOption {
  /** The first value, one of the choices; defaults to the first choice. */
  value?: T;
  /** The texts in the menu, one per choice and all different; they default to the choices as text. */
  texts?: readonly string[];
}

const schema = optionsSchema<ChoiceOptions<unknown>>({
  value: checkedElsewhere.optional(),
  texts: accepts<readonly string[]>(
    (value) => Array.isArray(value) && value.every((text) => typeof text === "string"),
    "a list of texts",
  ).optional(),
  label: labelRule.optional(),
});

/** The most choices that a range may have. */
const most = 1000;

/**
 * A menu of the whole numbers from `first` to `last`.
 *
 *     interact({ digit: options(0, 9) }, ({ digit }) => imageGrid(samplesOf(digit)))
 *
 * @throws ArgumentError unless first ≤ last are whole numbers, and for options out of range
 */
export function options(first: number, last: number, settings?: ChoiceOptions<number>): Control<number>;
/**
 * A menu of values of any kind.
 *
 *     options(["ELBO", "IWAE"])
 *     options([elbo, importanceWeightedBound], { texts: ["ELBO", "IWAE"], label: "bound" })
 *
 * @throws ArgumentError if there are no choices, if two of them have the same text, and for options out of range
 */
export function options<const T>(choices: readonly T[], settings?: ChoiceOptions<T>): Control<T>;
export function options(from: unknown, to?: unknown, more?: unknown): Control<unknown> {
  if (!Array.isArray(from)) return menu(range(from, to), `options(${from}, ${to})`, more ?? {});
  const shown = inspect(from, { breakLength: Number.POSITIVE_INFINITY, depth: 0, maxArrayLength: 6 });
  return menu(from, `options(${shown})`, to ?? {});
}

const where = "options()";

function range(first: unknown, last: unknown): number[] {
  if (!Number.isInteger(first)) {
    throw new ArgumentError(
      where,
      "the first argument",
      first,
      "a list of choices, or the first of a range of integers",
    );
  }
  const count = (last as number) - (first as number) + 1;
  if (!(Number.isInteger(last) && 1 <= count && count <= most)) {
    throw new ArgumentError(
      where,
      "the last choice",
      last,
      `a whole number of at least ${first}, ${most} choices at most`,
    );
  }
  return Array.from({ length: count }, (_, i) => (first as number) + i);
}

function menu(choices: readonly unknown[], title: string, settings: unknown): Control<unknown> {
  checkOptions(where, schema, settings);
  if (choices.length === 0) throw new ArgumentError(where, "choices", choices, "a list with at least one choice");
  const { label = "", texts = choices.map(String) } = settings;
  const repeated = texts.find((text, i) => texts.indexOf(text) < i);
  if (texts.length !== choices.length || repeated !== undefined) {
    throw new ArgumentError(
      where,
      "texts",
      texts,
      `${choices.length} different texts, one per choice`,
      repeated === undefined ? undefined : `Two choices are called "${repeated}": set the option texts.`,
    );
  }
  const indexOf = (value: unknown): number => {
    const index = choices.indexOf(value);
    if (index < 0) throw new ArgumentError(where, "value", value, `one of the choices ${texts.join(", ")}`);
    return index;
  };
  const index = settings.value === undefined ? 0 : indexOf(settings.value);
  const isIndex = (value: unknown) =>
    Number.isInteger(value) && choices.length > (value as number) && Number(value) >= 0;
  const model = new WidgetModel(
    { ...controlClasses("Dropdown"), _options_labels: [...texts], index, ...labelState(label) },
    (name, received) => name !== "index" || isIndex(received),
  );
  return makeControl({ title, model, field: "index", read: (at) => choices[at as number], write: indexOf });
}
