/** What an interrupted cell ends with. */
export class KeyboardInterrupt extends Error {
  /** @param more goes on after "the cell was interrupted"; defaults to nothing */
  constructor(more = "") {
    super(`the cell was interrupted${more}`);
    this.name = "KeyboardInterrupt";
    this.stack = `${this.name}: ${this.message}`;
  }
}
