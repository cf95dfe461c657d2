/** A distribution has no closed form for a requested quantity. The message names an alternative. */
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
