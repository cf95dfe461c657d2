import type { Distribution } from "../distributions/distribution";
import { ArgumentError } from "../runtime/argument-error";
import { accepts, positive, type Rule } from "../runtime/rules";
import { tf } from "../runtime/tensorflow";
import { learnedScale } from "./learned-scale";
import type { Likelihood } from "./likelihood";
import { pooledLogError } from "./pooled-log-error";

/** How the one scale of all components is found: fixed to a number, trained by gradients, or set to the best in every step. */
export type ScaleKind = number | "learned" | "optimal";

/** One scale for all components; the variable that holds its logarithm comes first, where it is not fixed. */
export interface SharedScale extends Pick<Likelihood, "variables" | "adapt"> {
  /** The logarithm of the scale: a number where it is fixed, else a scalar. */
  value(): tf.Tensor | number;
}

/** What a likelihood says of its scale. */
export interface SharedScaleOptions {
  kind: ScaleKind;
  /** Whether a learned one is kept near what recent errors suggest. */
  track: boolean;
  /** The smallest logarithm, where the scale is not fixed. */
  smallest: number;
  /** Where the logarithm of a learned one starts; defaults to 0. */
  initial?: number;
  /** The logarithm of a fixed one; defaults to `Math.log`. */
  logOf?: (scale: number) => number;
  /** The error of each component, [batch, …data], whose mean times e^offset is what a tracking scale is kept near. */
  error(predicted: Distribution, x: tf.Tensor): tf.Tensor;
  /** Defaults to 0. */
  offset?: number;
  /**
   * The error whose mean is the optimal scale, where it is not that of `error`. It may depend on the present scale, of which the
   * first batch knows nothing: `error` times e^offset takes its place there.
   */
  optimalError?: (predicted: Distribution, x: tf.Tensor) => tf.Tensor;
}

/** Makes the scale with its variables. */
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
  // The variable itself: a density that was made before its batch has the scale of the batch too.
  return { variables, value: () => variables[0], adapt: adaptation(atPresent, update) };
}

/** `adapt` of a likelihood: takes in the errors of a batch. */
const adaptation =
  (
    error: SharedScaleOptions["error"],
    take: (errors: tf.Tensor, weight?: tf.Tensor) => void,
  ): NonNullable<Likelihood["adapt"]> =>
  (predicted, x, weight) =>
    tf.tidy(() => take(error(predicted, x), weight));

/** A number above 0 or the name of a kind, in a schema of options. */
export const scaleRule = (...kinds: readonly string[]): Rule<number | string> => {
  const names = kinds.map((kind) => `"${kind}"`);
  return accepts<number | string>(
    (value) => positive.safeParse(value).success || kinds.includes(value as string),
    `a number above 0, ${names.slice(0, -1).join(", ")} or ${names.at(-1)}`,
  );
};

/**
 * The kind that was asked for: what is given; without it "learned" where `track` is given, which is an option of that kind, and
 * else "optimal".
 *
 * @param name the option that holds the kind
 * @throws ArgumentError for a scale of another kind that should track errors
 */
export function scaleKind<Kind extends string | number>(
  where: string,
  name: string,
  given: Kind | undefined,
  track: boolean | undefined,
): Kind | "learned" | "optimal" {
  const kind = given ?? (track === undefined ? "optimal" : "learned");
  if (track !== true || kind === "learned") return kind;
  throw new ArgumentError(where, "track", track, `false or left out where ${name} is ${JSON.stringify(kind)}`);
}
