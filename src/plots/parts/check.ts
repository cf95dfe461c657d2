import { ArgumentError } from "../../runtime/argument-error";

/** Numbers in a plain or typed array. */
export type Numbers = ArrayLike<number>;

/** Rejects anything but a list with at least one element. */
export function checkNotEmpty(where: string, argument: string, values: ArrayLike<unknown>): void {
  if (!(values?.length > 0)) throw new ArgumentError(where, argument, values, "a list with at least one element");
}

/** Rejects an empty list, and a list with NaN, an infinity or something that is not a number. Returns the list as an array. */
export function checkNumbers(where: string, argument: string, values: Numbers): number[] {
  checkNotEmpty(where, argument, values);
  return Array.from(values, (value, i) => {
    if (!Number.isFinite(value)) throw new ArgumentError(where, `${argument}[${i}]`, value, "a finite number");
    return value;
  });
}

/** Rejects a list with another length than expected. */
export function checkLength(where: string, argument: string, values: ArrayLike<unknown>, length: number, as: string) {
  if (values.length !== length) {
    throw new ArgumentError(where, `the length of ${argument}`, values.length, `${length}, one per ${as}`);
  }
}

/** Rejects anything but 1, 2, 3, … */
export function checkCount(where: string, argument: string, value: number): void {
  if (!(Number.isInteger(value) && value > 0)) throw new ArgumentError(where, argument, value, "a positive integer");
}

/** Rejects sizes that cannot be drawn. */
export function checkSize(where: string, { width, height }: { width?: number; height?: number }): void {
  for (const [name, value] of Object.entries({ width, height })) {
    if (value !== undefined && !(10 <= value && value <= 4000)) {
      throw new ArgumentError(where, name, value, "a number of pixels between 10 and 4000");
    }
  }
}

/** Rejects a number of images that does not fill whole rows. */
export function checkWholeRows(where: string, count: number, columns: number): void {
  if (count % columns !== 0) {
    throw new ArgumentError(where, "the number of images", count, `a multiple of ${columns}, the images of one row`);
  }
}

/** Rejects anything but two finite numbers in ascending order; undefined is accepted and lets the chart choose. */
export function checkDomain(where: string, argument: string, domain: readonly [number, number] | undefined): void {
  if (domain === undefined) return;
  if (!(Number.isFinite(domain[0]) && Number.isFinite(domain[1]) && domain[0] < domain[1])) {
    throw new ArgumentError(where, argument, domain, "two finite numbers, the lower one first");
  }
}
