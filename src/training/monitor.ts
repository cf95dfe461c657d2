import { nearestName } from "../runtime/nearest-name";

/** The measure that decides which epoch is best, and in which direction. */
export interface Monitor {
  /** A column of the first phase's rows, for example "validation_bound". */
  readonly measure: string;
  /** Whether the best value is the highest or the lowest. */
  readonly goal: "highest" | "lowest";
}

/** What `fit` accepts as `monitor`. */
export type MonitorOption = string | { readonly measure: string; readonly goal?: Monitor["goal"] };

/** Last words of the names of measures that are better when they are higher. */
const higherIsBetter = new Set([
  ...["bound", "elbo", "likelihood", "accuracy", "auroc", "auc", "precision", "recall", "f1"],
]);

/**
 * The goal that the name of a measure suggests: the highest for a bound, a likelihood or an accuracy (`validation_bound`,
 * `taskAccuracy`), the lowest for everything else (a loss, a rate, a distortion).
 */
export function inferGoal(measure: string): Monitor["goal"] {
  const words = measure.split(/[\s_-]|(?<=[a-z\d])(?=[A-Z])/);
  return higherIsBetter.has((words.at(-1) ?? "").toLowerCase()) ? "highest" : "lowest";
}

/**
 * What a fit monitors.
 *
 * @param given the option, if there is one
 * @param measures what the first phase reports of a step
 * @param validated whether there is validation data
 * @throws Error with the nearest name, for a measure that there is not
 */
export function chooseMonitor(
  given: MonitorOption | undefined,
  measures: readonly string[],
  validated: boolean,
): Monitor {
  const known = [...measures, ...(validated ? measures.map((name) => `validation_${name}`) : [])];
  // A bound without weights can be compared between epochs; a loss cannot where a schedule changes its weights.
  const byDefault = `${validated ? "validation_" : ""}${measures.includes("bound") ? "bound" : "loss"}`;
  const { measure, goal = inferGoal(measure) }: Exclude<MonitorOption, string> =
    typeof given === "object" ? given : { measure: given ?? byDefault };
  checkMonitored(measure, known);
  return { measure, goal };
}

/** @throws Error that names the measures there are */
export function checkMonitored(measure: string, known: readonly string[]): void {
  if (known.includes(measure)) return;
  const nearest = nearestName(measure, known);
  const hint = nearest === undefined ? "" : ` Did you mean "${nearest}"?`;
  throw new Error(`fit(): there is no measure "${measure}" to monitor; there are ${known.join(", ")}.${hint}`);
}

/** Whether a value is better than the best one so far. */
export const isBetter = (value: number, best: number, goal: Monitor["goal"]): boolean =>
  goal === "highest" ? value > best : value < best;
