import { ArgumentError } from "./argument-error";
import { nearestName } from "./nearest-name";

/** A function was given an option that it does not have; the message names the nearest one that it has. */
export class UnknownOptionError extends ArgumentError {
  /**
   * @param where the function, as the user calls it: `fit()`
   * @param name the unknown option
   * @param known the options there are
   */
  constructor(where: string, name: string, known: readonly string[]) {
    super(where, "options", name, "known");
    const nearest = nearestName(name, known);
    const help = nearest === undefined ? `The options are ${known.join(", ")}.` : `Did you mean "${nearest}"?`;
    this.message = `${where}: there is no option "${name}". ${help}`;
  }
}
