/** Jupyter counts cursor positions in Unicode code points, JavaScript strings in UTF-16 units. */
export function toUnits(text: string, codePoints: number): number {
  let units = 0;
  for (let i = 0; i < codePoints && units < text.length; i++) units += (text.codePointAt(units) ?? 0) > 0xffff ? 2 : 1;
  return units;
}

/** The opposite of `toUnits`. */
export function toCodePoints(text: string, units: number): number {
  let count = 0;
  for (let i = 0; i < units && i < text.length; count++) i += (text.codePointAt(i) ?? 0) > 0xffff ? 2 : 1;
  return count;
}
