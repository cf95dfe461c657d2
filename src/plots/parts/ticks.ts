/**
 * Round values (1, 2 or 5 times a power of ten) between two numbers, about `count` of them.
 * @param low the smaller number
 * @param high the larger number
 */
export function ticks(low: number, high: number, count: number): number[] {
  if (!(low < high)) return [low];
  const rough = (high - low) / count;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = power * ([1, 2, 5].find((digit) => digit * power >= rough) ?? 10);
  const first = Math.ceil(low / step);
  const last = Math.floor(high / step);
  return Array.from({ length: last - first + 1 }, (_, i) => Number(((first + i) * step).toPrecision(12)));
}
