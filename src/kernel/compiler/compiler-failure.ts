/** The compiler broke on a cell, which is not the same as refusing it. */
export class CompilerFailure extends Error {
  /** @param thrown what the compiler threw */
  constructor(thrown: unknown) {
    const message =
      thrown instanceof RangeError
        ? "the compiler ran out of stack on this cell: split its longest expression into several statements"
        : `the compiler failed on this cell: ${thrown instanceof Error ? thrown.message : String(thrown)}`;
    super(message);
    this.name = "CompilerFailure";
    // The compiler's own frames would not help anybody.
    this.stack = `${this.name}: ${message}`;
  }
}
