import type { Batch } from "../../objectives/phase";
import { ArgumentError } from "../../runtime/argument-error";

/**
 * Rejects data without a tensor that the model needs, for example a single tensor if the model also needs conditions.
 *
 * @param name the tensor's name
 * @param accepted its type and shape
 * @param fix what to pass, a sentence: "Pass { x, c }, …"
 */
export function checkGiven(where: string, batch: Batch, name: string, accepted: string, fix: string): void {
  if (batch[name] === undefined) throw new ArgumentError(where, name, undefined, accepted, fix);
}
