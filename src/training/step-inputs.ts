import type { Phase } from "../objectives/phase";
import { finiteNumber, type Rule } from "../runtime/rules";
import type { CheckedFitOptions } from "./fit-options";
import type { SchedulePoint } from "./schedules";
import type { StepInputs } from "./steps";

/**
 * The learning rate and the values of the schedules at a position.
 *
 * @throws Error that names the schedule, for a value that is not a finite number or that the phases do not accept
 */
export function stepInputs(
  { learningRate, schedules }: Pick<CheckedFitOptions, "learningRate" | "schedules">,
  phases: readonly Phase[],
  at: SchedulePoint,
): StepInputs {
  const values = Object.fromEntries(Object.entries(schedules).map(([name, schedule]) => [name, schedule(at)]));
  const rate = learningRate(at);
  for (const [name, value] of Object.entries({ ...values, learningRate: rate })) {
    for (const rule of [finiteNumber, ...phases.flatMap(({ schedules }) => schedules?.[name] ?? [])]) {
      refuse(name, value, rule, at);
    }
  }
  return { learningRate: rate, schedules: values };
}

function refuse(name: string, value: number, rule: Rule<number>, { epoch, step }: SchedulePoint): void {
  const checked = rule.safeParse(value);
  if (checked.success) return;
  const accepted = checked.error.issues[0]?.message ?? "another number";
  throw new Error(
    `fit(): the schedule of ${name} must return ${accepted}, but returned ${value} at epoch ${epoch}, step ${step}.`,
  );
}
