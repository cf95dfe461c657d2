/** The median of a list that is not empty (for a list of even length, the upper of the two middle values). */
export function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)]!;
}
