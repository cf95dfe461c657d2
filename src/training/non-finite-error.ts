/** A term or a loss became NaN or infinite; the model is as it was at the beginning of the epoch. */
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
        "The model was put back to the beginning of the epoch. Usual mends: a smaller learning rate, gradient clipping " +
        "(clipNorm: 1), inputs inside the likelihood's support, a bounded log-variance.",
    );
  }
}
