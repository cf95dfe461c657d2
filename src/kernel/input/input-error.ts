/** Nobody can answer a question of a cell. */
export class InputError extends Error {
  /** @param message why, and what to do instead */
  constructor(message: string) {
    super(message);
    this.name = "InputError";
  }
}
