/** What an interrupted cell ends with. */
export class KeyboardInterrupt extends Error {
  constructor() {
    super("the cell was interrupted");
    this.name = "KeyboardInterrupt";
    this.stack = `${this.name}: ${this.message}`;
  }
}
