import { ArgumentError } from "../runtime/argument-error";
import { checkNonNegative, checkWholeNumber } from "../runtime/check-value";
import type { Trainable } from "./trainable";

/**
 * Checks what the types of a model cannot express: its phases have distinct names and valid numbers, and `variables()` lists
 * everything that they train. Otherwise, a checkpoint or the best epoch would contain only a part of the model.
 *
 * @throws ArgumentError naming the phase
 */
export function checkTrainable(where: string, model: Trainable): void {
  const { phases } = model ?? {};
  if (!Array.isArray(phases) || phases.length === 0 || typeof model.variables !== "function") {
    throw new ArgumentError(where, "model", model, "an object with at least one phase and `variables()`");
  }
  const names = phases.map(({ name }) => name);
  if (new Set(names).size < names.length) {
    throw new ArgumentError(where, "model.phases", names, "phases with names of their own");
  }
  const known = new Set(model.variables());
  for (const { name, variables, learningRateScale = 1, minimumBatch = 1 } of model.phases) {
    checkNonNegative(where, `the learningRateScale of the phase "${name}"`, learningRateScale);
    checkWholeNumber(where, `the minimumBatch of the phase "${name}"`, minimumBatch);
    const trained = variables();
    if (trained.length === 0) {
      throw new ArgumentError(where, `the variables of the phase "${name}"`, [], "a list of at least one");
    }
    const missing = trained.find((variable) => !known.has(variable));
    if (missing === undefined) continue;
    throw new Error(
      `${where}: the phase "${name}" trains the variable ${missing.name}, which model.variables() does not list.`,
    );
  }
}
