/** The error of an interrupted cell. */
export class KeyboardInterrupt extends Error {
  /** @param more text after "the cell was interrupted"; defaults to none */
  constructor(more = "") {
    super(`the cell was interrupted${more}`);
    this.name = "KeyboardInterrupt";
    this.stack = `${this.name}: ${this.message}`;
  }
}
