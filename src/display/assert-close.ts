/**
 * Checks a claim in a notebook: prints it with its error, or throws where the error is beyond the tolerance.
 *
 * @param claim what is claimed, a sentence without a full stop
 * @param error how far it is off, of either sign
 * @param tolerance the largest error allowed, at least 0
 * @throws Error naming the claim, for a larger error and for NaN
 */
export function assertClose(claim: string, error: number, tolerance: number): void {
  if (!(Math.abs(error) <= tolerance)) throw new Error(`${claim}: off by ${error}, allowed are ${tolerance}`);
  console.log(`✓ ${claim}: off by ${error.toPrecision(2)}, allowed are ${tolerance}`);
}
