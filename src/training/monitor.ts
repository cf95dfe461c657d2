import { nearestName } from "../runtime/nearest-name";

/** The measure that determines the best epoch, and whether higher or lower is better. */
export interface Monitor {
  /** A column of the first phase's rows, such as "validation_bound". */
  readonly measure: string;
  /** Whether the best value is the highest or the lowest. */
  readonly goal: "highest" | "lowest";
}

/** The option `monitor` of `fit`: a measure, with or without its goal. */
export type MonitorOption = string | { readonly measure: string; readonly goal?: Monitor["goal"] };

/** Higher is better for measures with a name that ends in one of these words. */
const higherIsBetter = new Set([
  ...["bound", "elbo", "likelihood", "accuracy", "auroc", "auc", "precision", "recall", "f1"],
]);

/**
 * Infers the goal from the last word of the measure's name: the highest value for bounds, likelihoods and scores such as accuracy
 * (`validation_bound`, `taskAccuracy`), and the lowest for all others (a loss, a rate, a distortion).
 */
export function inferGoal(measure: string): Monitor["goal"] {
  const words = measure.split(/[\s_-]|(?<=[a-z\d])(?=[A-Z])/);
  return higherIsBetter.has((words.at(-1) ?? "").toLowerCase()) ? "highest" : "lowest";
}

/**
 * Chooses what `fit` monitors.
 *
 * @param given the option `monitor`, if given
 * @param measures the measures that the first phase reports for a step
 * @param validated whether there is validation data
 * @throws Error that lists the known measures and suggests the nearest name, for an unknown measure
 */
export function chooseMonitor(
  given: MonitorOption | undefined,
  measures: readonly string[],
  validated: boolean,
): Monitor {
  const known = [...measures, ...(validated ? measures.map((name) => `validation_${name}`) : [])];
  // An unweighted bound can always be compared between epochs. A loss cannot if a schedule changes its weights.
  const byDefault = `${validated ? "validation_" : ""}${measures.includes("bound") ? "bound" : "loss"}`;
  const { measure, goal = inferGoal(measure) }: Exclude<MonitorOption, string> =
    typeof given === "object" ? given : { measure: given ?? byDefault };
  checkMonitored(measure, known);
  return { measure, goal };
}

/** @throws Error that lists the known measures and suggests the nearest name, for an unknown measure */
export function checkMonitored(measure: string, known: readonly string[]): void {
  if (known.includes(measure)) return;
  const nearest = nearestName(measure, known);
  const hint = nearest === undefined ? "" : ` Did you mean "${nearest}"?`;
  throw new Error(`fit(): there is no measure "${measure}" to monitor. The measures are ${known.join(", ")}.${hint}`);
}

/** Whether a value is better than the best one so far. */
export const isBetter = (value: number, best: number, goal: Monitor["goal"]): boolean =>
  goal === "highest" ? value > best : value < best;
