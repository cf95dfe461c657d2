/**
 * Checks a claim in a notebook: prints it where it holds, and throws otherwise.
 *
 * @param claim what is claimed, a sentence without a full stop
 * @param condition whether it holds
 * @throws Error naming the claim, for anything but `true`
 */
export function assertTrue(claim: string, condition: boolean): void {
  if (condition !== true) throw new Error(`${claim}: this does not hold`);
  console.log(`✓ ${claim}`);
}
