/**
 * Checks a claim in a notebook: prints the claim if it is true, and throws otherwise.
 *
 * @param claim the claim, a sentence without a period
 * @param condition whether the claim is true
 * @throws Error naming the claim, for anything but `true`
 */
export function assertTrue(claim: string, condition: boolean): void {
  if (condition !== true) throw new Error(`${claim}: this does not hold`);
  console.log(`✓ ${claim}`);
}
