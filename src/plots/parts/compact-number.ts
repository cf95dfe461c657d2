/** A number with fewer digits, to keep a specification small. Six digits are more than a screen can show. */
export function compactNumber(value: number, digits = 6): number {
  return Number(value.toPrecision(digits));
}
