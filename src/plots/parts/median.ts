/** The middle value of a list that has at least one (the upper of the two middle ones of an even list). */
export function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)]!;
}
