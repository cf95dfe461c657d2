import { mean } from "./mean";
import { stdDev } from "./std-dev";

/**
 * The mean of several runs and their standard deviation as text, such as "97.3 ± 0.4". A single number has no "±".
 *
 * @param values finite numbers, at least one
 * @param decimals decimal places; defaults to as many as show four significant digits of the mean
 * @throws ArgumentError for an empty list, and for values that are not finite
 */
export function formatSpread(values: ArrayLike<number>, decimals?: number): string {
  const center = mean(values);
  const fitting = center === 0 ? 0 : Math.min(6, Math.max(0, 3 - Math.floor(Math.log10(Math.abs(center)))));
  const places = decimals ?? fitting;
  const text = center.toFixed(places);
  return values.length < 2 ? text : `${text} ± ${stdDev(values).toFixed(places)}`;
}
