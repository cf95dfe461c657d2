/** A term or a loss became NaN or infinite; the model holds the last values before that step. */
export class NonFiniteError extends Error {
  override readonly name = "NonFiniteError";

  constructor(
    readonly term: string,
    readonly step: number,
    readonly value: number,
    /** All values of the step, by name. */
    readonly values: Readonly<Record<string, number>>,
  ) {
    const listed = Object.entries(values).map(([name, each]) => `${name} = ${each}`);
    super(
      `fit(): ${term} became ${value} at step ${step} (${listed.join(", ")}). ` +
        "The variables were put back to their last finite values. Usual mends: a smaller learning rate, gradient clipping (clipNorm: 1), inputs scaled " +
        "to the likelihood's support, a bounded log-variance.",
    );
  }
}
