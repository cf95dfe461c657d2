import type { Distribution } from "../distributions/distribution";
import { ArgumentError } from "../runtime/argument-error";
import { accepts, positive, type Rule } from "../runtime/rules";
import { tf } from "../runtime/tensorflow";
import { learnedScale } from "./learned-scale";
import type { Likelihood } from "./likelihood";
import { pooledLogError } from "./pooled-log-error";

/**
 * How to choose the scale of all components: a fixed number, trained by gradients, or set to the optimum in every training step.
 */
export type ScaleKind = number | "learned" | "optimal";

/** One scale for all components. If it is not fixed, the first variable is its logarithm. */
export interface SharedScale extends Pick<Likelihood, "variables" | "adapt"> {
  /** The logarithm of the scale: a number if it is fixed, and otherwise a scalar tensor. */
  value(): tf.Tensor | number;
}

/** Options of `sharedScale()`. */
export interface SharedScaleOptions {
  kind: ScaleKind;
  /** Whether to keep a learned scale close to the scale that recent errors suggest. */
  track: boolean;
  /** The smallest logarithm of a scale that is not fixed. */
  smallest: number;
  /** The initial logarithm of a learned scale; defaults to 0. */
  initial?: number;
  /** Computes the logarithm of a fixed scale; defaults to `Math.log`. */
  logOf?: (scale: number) => number;
  /** The error of each component, [batch, …data]. Its mean times e^offset is the scale that recent errors suggest. */
  error(predicted: Distribution, x: tf.Tensor): tf.Tensor;
  /** The logarithm of the scale that a mean error of 1 suggests; defaults to 0. */
  offset?: number;
  /**
   * An error with the optimal scale as its mean, [batch, …data]; defaults to `error` times e^offset. It may depend on the current
   * scale. The first batch has no current scale yet, so it uses the default.
   */
  optimalError?: (predicted: Distribution, x: tf.Tensor) => tf.Tensor;
}

/** Creates the scale and its variables. */
export function sharedScale(options: SharedScaleOptions): SharedScale {
  const { kind, track, smallest, initial = 0, offset = 0, logOf = Math.log, error, optimalError } = options;
  if (typeof kind === "number") {
    const fixed = logOf(kind);
    return { variables: [], value: () => fixed };
  }
  if (kind === "learned") {
    const { variables, value, adapt } = learnedScale({ initial, smallest, offset, track });
    return { variables, value, ...(adapt && { adapt: adaptation(error, adapt) }) };
  }
  const { variables, update } = pooledLogError(smallest);
  const [, seen] = variables;
  const atPresent: typeof error = (predicted, x) => {
    const first = tf.mul(error(predicted, x), Math.exp(offset));
    return optimalError === undefined ? first : tf.where(tf.greater(seen, 0), optimalError(predicted, x), first);
  };
  // Return the variable itself and not a copy, so that a density created before `adapt()` uses the updated scale.
  return { variables, value: () => variables[0], adapt: adaptation(atPresent, update) };
}

/** The method `adapt` of a likelihood: passes the errors of a batch to `take`. */
const adaptation =
  (
    error: SharedScaleOptions["error"],
    take: (errors: tf.Tensor, weight?: tf.Tensor) => void,
  ): NonNullable<Likelihood["adapt"]> =>
  (predicted, x, weight) =>
    tf.tidy(() => take(error(predicted, x), weight));

/** The rule for an option that accepts a number above 0 or the name of a kind. */
export const scaleRule = (...kinds: readonly string[]): Rule<number | string> => {
  const names = kinds.map((kind) => `"${kind}"`);
  return accepts<number | string>(
    (value) => positive.safeParse(value).success || kinds.includes(value as string),
    `a number above 0, ${names.slice(0, -1).join(", ")} or ${names.at(-1)}`,
  );
};

/**
 * The kind of scale that the options choose. Without an explicit kind, it is "learned" if `track` is given, because `track` is an
 * option of that kind, and otherwise "optimal".
 *
 * @param name the name of the option that specifies the kind
 * @throws ArgumentError if `track` is true for another kind
 */
export function scaleKind<Kind extends string | number>(
  where: string,
  name: string,
  given: Kind | undefined,
  track: boolean | undefined,
): Kind | "learned" | "optimal" {
  const kind = given ?? (track === undefined ? "optimal" : "learned");
  if (track !== true || kind === "learned") return kind;
  throw new ArgumentError(where, "track", track, `false or omitted if ${name} is ${JSON.stringify(kind)}`);
}
