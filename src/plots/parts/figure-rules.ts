import { accepts, checkedElsewhere, flag, oneOf, type Rule, wholeNumber } from "../../runtime/rules";
import type { FigureOptions, SizeOptions } from "./figure-options";

/** Rules that the option schemas of several figure functions share. */

/** A title. */
export const title = accepts<string>((value) => typeof value === "string", "a text");

/** The rules of `FigureOptions`. */
export const figureRules: Rules<FigureOptions> = {
  title: title.optional(),
  subtitle: title.optional(),
  alt: title.optional(),
};

const pixels = accepts<number>(
  (value) => 10 <= (value as number) && (value as number) <= 4000,
  "a number of pixels between 10 and 4000",
);

/** The rules of `SizeOptions`. */
export const sizeRules: Rules<SizeOptions> = { width: pixels.optional(), height: pixels.optional() };

/** The lowest and the highest value of an axis. */
export const domain = accepts<readonly [number, number]>((value) => {
  const [low, high] = Array.isArray(value) ? value : [];
  return Number.isFinite(low) && Number.isFinite(high) && low < high;
}, "two finite numbers, the lower one first");

/** The scale of an axis. */
export const scale = oneOf("linear", "log");

/** A list that is not empty. The figure function checks its elements. */
export const list = accepts<ArrayLike<never>>(
  (value) => (value as ArrayLike<never> | undefined)?.length !== undefined,
  "a list with at least one element",
);

/** A whole number above 0. */
export const count = accepts<number>((value) => wholeNumber().safeParse(value).success, "a positive integer");

/** The rules of the options of image figures. */
export const imageRules = {
  imageWidth: count.optional(),
  imageHeight: count.optional(),
  channels: accepts<1 | 3>((value) => value === 1 || value === 3, "1 or 3").optional(),
  range: domain.optional(),
};

/** The rules of the options of `imageGrid()`, which all grid figures share. */
export const gridRules = {
  ...figureRules,
  ...imageRules,
  columns: count.optional(),
  zoom: count.optional(),
  gap: accepts<number>(
    (value) => wholeNumber(0).safeParse(value).success,
    "a whole number of pixels, 0 or more",
  ).optional(),
  labels: checkedElsewhere.optional(),
  rowTitles: checkedElsewhere.optional(),
  columnTitles: checkedElsewhere.optional(),
};

export { checkedElsewhere, flag };

type Rules<T> = { readonly [Name in keyof T]-?: Rule };
