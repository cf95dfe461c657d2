import { ArgumentError } from "./argument-error";
import { nearestName } from "./nearest-name";

/** A function received an unknown option. The message suggests the nearest known name. */
export class UnknownOptionError extends ArgumentError {
  /**
   * @param where the function, as the user calls it: `fit()`
   * @param name the unknown option
   * @param known the known options
   */
  constructor(where: string, name: string, known: readonly string[]) {
    super(where, "options", name, "known");
    const nearest = nearestName(name, known);
    const help = nearest === undefined ? `The options are ${known.join(", ")}.` : `Did you mean "${nearest}"?`;
    this.message = `${where}: there is no option "${name}". ${help}`;
  }
}
