/**
 * Checks a claim in a notebook: prints the claim with its error, or throws if the error exceeds the tolerance.
 *
 * @param claim the claim, a sentence without a period
 * @param error the difference from the claimed value; the sign does not matter
 * @param tolerance the largest error allowed, at least 0
 * @throws Error naming the claim, if the error is larger than the tolerance or NaN
 */
export function assertClose(claim: string, error: number, tolerance: number): void {
  if (!(Math.abs(error) <= tolerance)) throw new Error(`${claim}: off by ${error}, allowed are ${tolerance}`);
  console.log(`✓ ${claim}: off by ${error.toPrecision(2)}, allowed are ${tolerance}`);
}
