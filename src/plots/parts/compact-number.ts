/** A number with fewer digits, so that a specification stays small; six are more than a screen shows. */
export function compactNumber(value: number, digits = 6): number {
  return Number(value.toPrecision(digits));
}
