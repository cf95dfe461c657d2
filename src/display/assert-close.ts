/**
 * Says that a claim was checked, in a notebook: prints it with its error, or throws where the error is beyond the tolerance.
 *
 * @param claim what is claimed, as a sentence without full stop
 * @param error by how much it is off, of either sign
 * @param tolerance the largest error that is allowed, of at least 0
 * @throws Error naming the claim, for a larger error and for one that is not a number
 */
export function assertClose(claim: string, error: number, tolerance: number): void {
  if (!(Math.abs(error) <= tolerance)) throw new Error(`${claim}: off by ${error}, allowed are ${tolerance}`);
  console.log(`✓ ${claim}: off by ${error.toPrecision(2)}, allowed are ${tolerance}`);
}
