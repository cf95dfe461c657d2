import { extent } from "./extent";

/**
 * Rounds values to a thousandth of their range, which is about half a pixel. More digits would only make the
 * specification larger.
 */
export function roundToScreen(values: number[]): number[] {
  const [low, high] = extent(values);
  const digits = Math.ceil(Math.log10(1000 / (high - low || Math.abs(high) || 1)));
  if (digits > 15) return values;
  return digits >= 0
    ? values.map((value) => Number(value.toFixed(digits)))
    : values.map((value) => Math.round(value / 10 ** -digits) * 10 ** -digits);
}
