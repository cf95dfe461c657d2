/** A quantity was asked of a distribution for which no formula is known; the message names the alternative. */
export class NoClosedFormError extends Error {
  override readonly name = "NoClosedFormError";

  /**
   * @param where the method, as the user calls it: `mixture.entropy()`
   * @param alternative what to call instead, a clause: `monteCarloEntropy(q, rng, samples)`
   */
  constructor(where: string, alternative: string) {
    super(`${where} has no closed form. Use ${alternative} instead.`);
  }
}
