import { ArgumentError } from "../../runtime/argument-error";

/** Numbers as users have them: a plain or a typed array. */
export type Numbers = ArrayLike<number>;

/** Refuses an empty list, and anything that is not one. */
export function checkNotEmpty(where: string, argument: string, values: ArrayLike<unknown>): void {
  if (!(values?.length > 0)) throw new ArgumentError(where, argument, values, "a list with at least one element");
}

/** Refuses a list that is empty or holds NaN, an infinity or something that is no number; returns it as an array. */
export function checkNumbers(where: string, argument: string, values: Numbers): number[] {
  checkNotEmpty(where, argument, values);
  return Array.from(values, (value, i) => {
    if (!Number.isFinite(value)) throw new ArgumentError(where, `${argument}[${i}]`, value, "a finite number");
    return value;
  });
}

/** Refuses a list whose length is not the wanted one. */
export function checkLength(where: string, argument: string, values: ArrayLike<unknown>, length: number, as: string) {
  if (values.length !== length) {
    throw new ArgumentError(where, `the length of ${argument}`, values.length, `${length}, one per ${as}`);
  }
}

/** Refuses anything but 1, 2, 3, … */
export function checkCount(where: string, argument: string, value: number): void {
  if (!(Number.isInteger(value) && value > 0)) throw new ArgumentError(where, argument, value, "a positive integer");
}

/** Refuses sizes that cannot be drawn. */
export function checkSize(where: string, { width, height }: { width?: number; height?: number }): void {
  for (const [name, value] of Object.entries({ width, height })) {
    if (value !== undefined && !(10 <= value && value <= 4000)) {
      throw new ArgumentError(where, name, value, "a number of pixels between 10 and 4000");
    }
  }
}

/** Refuses a number of images that does not fill rows. */
export function checkWholeRows(where: string, count: number, columns: number): void {
  if (count % columns !== 0) {
    throw new ArgumentError(where, "the number of images", count, `a multiple of ${columns}, the images of one row`);
  }
}

/** Refuses an axis whose ends are not two finite numbers in order; undefined leaves the choice to the chart. */
export function checkDomain(where: string, argument: string, domain: readonly [number, number] | undefined): void {
  if (domain === undefined) return;
  if (!(Number.isFinite(domain[0]) && Number.isFinite(domain[1]) && domain[0] < domain[1])) {
    throw new ArgumentError(where, argument, domain, "two finite numbers, the lower one first");
  }
}
