/** The compiler itself failed on a cell. This differs from a compile error in the cell. */
export class CompilerFailure extends Error {
  /** @param thrown what the compiler threw */
  constructor(thrown: unknown) {
    const message =
      thrown instanceof RangeError
        ? "the compiler ran out of stack on this cell: split its longest expression into several statements"
        : `the compiler failed on this cell: ${thrown instanceof Error ? thrown.message : String(thrown)}`;
    super(message);
    this.name = "CompilerFailure";
    // The compiler's own stack frames would not help the user.
    this.stack = `${this.name}: ${message}`;
  }
}
