import type { Search } from "./search";
import type { Settings } from "./trial";

/** A trial of a search threw; the message names its settings and fold. The results of the other trials are in `search`. */
export class TrialError extends Error {
  override readonly name = "TrialError";

  /**
   * @param message names the trial that failed first
   * @param search the trials that did not fail
   * @param settings the settings of the trial that failed first
   * @param fold its fold, from 1
   */
  constructor(
    message: string,
    readonly search: Search,
    readonly settings: Settings,
    readonly fold: number,
    cause: Error,
  ) {
    super(message, { cause });
  }
}
