/** A round step (1, 2 or 5 times a power of ten) of which about a hundred to two hundred fit into a range. */
export function niceStep(range: number): number {
  const exponent = Math.floor(Math.log10(range / 100));
  const mantissa = range / 100 / 10 ** exponent;
  const digit = mantissa >= 5 ? 5 : mantissa >= 2 ? 2 : 1;
  return Number((digit * 10 ** exponent).toPrecision(1));
}

/** The number in [min, max] that lies on the steps from `min` and is nearest to `value`, without binary noise. */
export function onStep(value: number, min: number, max: number, step: number): number {
  const snapped = min + Math.round((value - min) / step) * step;
  return Number(Math.min(max, snapped).toPrecision(12));
}

/** How many decimals a step has. */
export const decimalsOf = (step: number): number => Math.max(0, -Math.floor(Math.log10(step) + 1e-9));
