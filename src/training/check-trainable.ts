import { ArgumentError } from "../runtime/argument-error";
import { checkNonNegative, checkWholeNumber } from "../runtime/check-value";
import type { Trainable } from "./trainable";

/**
 * Checks what TypeScript's types cannot express: the phases have distinct names and valid numbers, and `variables()` lists every
 * variable that they train. If it left one out, a checkpoint or the snapshot of the best epoch would not contain the whole model.
 *
 * @throws ArgumentError that names the invalid part of the model
 * @throws Error for a trained variable that `variables()` does not list
 */
export function checkTrainable(where: string, model: Trainable): void {
  const { phases } = model ?? {};
  if (!Array.isArray(phases) || phases.length === 0 || typeof model.variables !== "function") {
    throw new ArgumentError(where, "model", model, "an object with at least one phase and `variables()`");
  }
  const names = phases.map(({ name }) => name);
  if (new Set(names).size < names.length) {
    throw new ArgumentError(where, "model.phases", names, "phases with distinct names");
  }
  const known = new Set(model.variables());
  for (const { name, variables, learningRateScale = 1, minimumBatch = 1 } of model.phases) {
    checkNonNegative(where, `the learningRateScale of the phase "${name}"`, learningRateScale);
    checkWholeNumber(where, `the minimumBatch of the phase "${name}"`, minimumBatch);
    const trained = variables();
    if (trained.length === 0) {
      throw new ArgumentError(where, `the variables of the phase "${name}"`, [], "a list of at least one variable");
    }
    const missing = trained.find((variable) => !known.has(variable));
    if (missing === undefined) continue;
    throw new Error(
      `${where}: the phase "${name}" trains the variable ${missing.name}, which model.variables() does not list.`,
    );
  }
}
