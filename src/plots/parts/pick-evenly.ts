/**
 * Indices of `most` of `count` things (one more or less), spread evenly and without random numbers. Steps of the
 * golden ratio fall in with no period of the list, so that a list ordered by class keeps its proportions.
 */
export function pickEvenly(count: number, most: number): number[] {
  const golden = (Math.sqrt(5) - 1) / 2;
  return Array.from({ length: count }, (_, i) => i).filter((i) => count <= most || (i * golden) % 1 < most / count);
}
