/** A term, a loss or a variable became NaN or infinite. `fit` restores the model to its state at the start of the epoch. */
export class NonFiniteError extends Error {
  override readonly name = "NonFiniteError";

  constructor(
    /** The name of the value: `rate`, `critic loss` (with several phases), or `the variable dense/kernel`. */
    readonly term: string,
    /** The step in which it was detected; the first step is 1. */
    readonly step: number,
    readonly value: number,
    /** All values of the step, by name; empty for a variable. */
    readonly values: Readonly<Record<string, number>>,
  ) {
    const listed = Object.entries(values).map(([name, each]) => `${name} = ${each}`);
    const context = listed.length > 0 ? ` (${listed.join(", ")})` : "";
    super(
      `fit(): ${term} became ${value} at step ${step}${context}. ` +
        "The model was restored to its state at the start of the epoch. Common fixes: a smaller learning rate, gradient clipping " +
        "(clipNorm: 1), inputs inside the likelihood's support, a bounded log-variance.",
    );
  }
}
