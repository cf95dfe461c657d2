/**
 * Picks about `most` of `count` indices (give or take one), spread evenly and without random numbers. Golden-ratio
 * steps do not match any period of the list, so a list ordered by class keeps its proportions.
 */
export function pickEvenly(count: number, most: number): number[] {
  const golden = (Math.sqrt(5) - 1) / 2;
  return Array.from({ length: count }, (_, i) => i).filter((i) => count <= most || (i * golden) % 1 < most / count);
}
