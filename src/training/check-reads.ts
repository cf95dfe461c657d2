import type { Batch, Phase } from "../objectives/phase";
import { ArgumentError } from "../runtime/argument-error";
import { checkFinite, checkValue } from "../runtime/check-value";
import { nearestName } from "../runtime/nearest-name";
import type { Rule } from "../runtime/rules";

/** @throws ArgumentError that suggests the nearest name, for a tensor that no phase reads, if all phases declare their inputs */
export function checkInputs(where: string, phases: readonly Phase[], data: Batch): void {
  const declared = phases.map(({ inputs }) => inputs);
  if (declared.some((inputs) => inputs === undefined)) return;
  const known = [...new Set(declared.flatMap((inputs) => inputs ?? []))];
  const surplus = Object.keys(data).find((name) => !known.includes(name));
  if (surplus === undefined) return;
  throw unknownName(where, `the model does not read a tensor named "${surplus}"`, surplus, known, "It reads");
}

/** The schedules that the phases read, with the rules for their values; undefined if a phase does not declare its schedules. */
function readSchedules(phases: readonly Phase[]): Record<string, Rule<number>[]> | undefined {
  const rules: Record<string, Rule<number>[]> = {};
  for (const { schedules } of phases) {
    if (schedules === undefined) return undefined;
    for (const [name, rule] of Object.entries(schedules)) rules[name] = [...(rules[name] ?? []), rule];
  }
  return rules;
}

/**
 * @throws ArgumentError that suggests the nearest name, for a schedule that no phase reads, if all phases declare their schedules
 * @throws Error for a schedule named `learningRate`, which is an option of `fit`
 */
export function checkScheduleNames(where: string, phases: readonly Phase[], names: readonly string[]): void {
  if (names.includes("learningRate")) {
    throw new Error(
      `${where}: \`learningRate\` is an option of fit(), not a schedule. Write it next to \`schedules\`.`,
    );
  }
  const rules = readSchedules(phases);
  const unknown = rules && names.find((name) => !(name in rules));
  if (rules === undefined || unknown === undefined) return;
  const known = Object.keys(rules);
  throw unknownName(where, `the model does not read a schedule named "${unknown}"`, unknown, known, "It reads");
}

/**
 * Checks that the current values of the schedules are finite and satisfy the rules of every phase that reads them.
 *
 * @throws ArgumentError that names the schedule and the accepted values
 */
export function checkScheduleValues(
  where: string,
  phases: readonly Phase[],
  values: Readonly<Record<string, unknown>>,
): void {
  for (const [name, value] of Object.entries(values)) {
    const argument = `schedules.${name}`;
    checkFinite(where, argument, value);
    for (const { schedules } of phases) {
      const rule = schedules?.[name];
      if (rule !== undefined) checkValue(where, argument, value, rule);
    }
  }
}

function unknownName(where: string, what: string, name: string, known: readonly string[], verb: string): ArgumentError {
  const nearest = nearestName(name, known);
  const list = known.length === 0 ? `${verb} none.` : `${verb} ${known.join(", ")}.`;
  const error = new ArgumentError(where, "a name", name, "known");
  error.message = `${where}: ${what}. ${nearest === undefined ? list : `Did you mean "${nearest}"? ${list}`}`;
  return error;
}
