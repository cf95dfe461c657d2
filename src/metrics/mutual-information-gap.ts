import { checkOptions, optionsSchema } from "../runtime/check-options";
import { wholeNumber } from "../runtime/rules";
import type { tf } from "../runtime/tensorflow";
import { codesAndFactors, mean, topTwo } from "./codes-and-factors";

/** Options of `mutualInformationGap()`. */
export interface MutualInformationGapOptions {
  /** The number of bins of equal width for each dimension's range, 2 or more; defaults to 20. */
  bins?: number;
}

/** The result of `mutualInformationGap()`. */
export interface MutualInformationGap {
  /** The mean of the gaps, in [0, 1]. */
  score: number;
  /** For each factor v, (I(z_a; v) − I(z_b; v)) / H(v) for the two dimensions a and b with the most information about it. */
  gaps: number[];
  /** information[j][k] = I(z_j; v_k), nats. */
  information: number[][];
}

const schema = optionsSchema<MutualInformationGapOptions>({
  bins: wholeNumber(2).optional(),
});

/**
 * The mutual information gap (Chen et al. 2018, equation 6): for each factor, the difference in mutual information between
 * the most informative dimension and the next one, relative to the factor's entropy. It is 1 if each factor has its own
 * dimension that determines it. It is 0 for constant codes, and if two dimensions have the same information.
 *
 * The information is that of the *binned codes* (usually posterior means), as in Locatello et al. 2019. Chen et al. use the
 * aggregated posterior, which includes noise and therefore has less information. A histogram of n examples overestimates the
 * information by about (bins − 1)(values − 1) / 2n nats, in both terms of a gap, so use many more examples than bins ×
 * values.
 *
 * @param codes [examples, latentDim]
 * @param factors int32 [examples, factors], the value of each factor
 * @throws ArgumentError for codes or factors with another type or shape, codes that are not finite, a factor with a
 *   single value, and options out of range
 */
export function mutualInformationGap(
  codes: tf.Tensor2D,
  factors: tf.Tensor2D,
  options: MutualInformationGapOptions = {},
): MutualInformationGap {
  const where = "mutualInformationGap()";
  checkOptions(where, schema, options);
  const { bins = 20 } = options;
  const table = codesAndFactors(where, codes, factors);
  const binned = table.codes.map((column) => intoBins(column, bins));
  const information = binned.map((column) => table.factors.map((factor) => mutualInformation(column, factor)));
  const gaps = table.factors.map((factor, k) => {
    const [first, second] = topTwo(information.map((row) => row[k] as number));
    return (first - second) / entropy(factor);
  });
  return { score: mean(gaps), gaps, information };
}

function intoBins(column: readonly number[], bins: number): number[] {
  const low = column.reduce((a, b) => Math.min(a, b));
  const high = column.reduce((a, b) => Math.max(a, b));
  if (high === low) return column.map(() => 0);
  return column.map((value) => Math.min(bins - 1, Math.floor((bins * (value - low)) / (high - low))));
}

/** H of the observed frequencies, nats. */
function entropy(values: readonly number[]): number {
  const counts = new Map<number, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  let sum = 0;
  for (const count of counts.values()) sum -= (count / values.length) * Math.log(count / values.length);
  return sum;
}

/** I(a; b) = H(a) + H(b) − H(a, b), never below 0. */
function mutualInformation(a: readonly number[], b: readonly number[]): number {
  const values = b.reduce((x, y) => Math.max(x, y)) + 1;
  const joint = a.map((value, i) => value * values + (b[i] as number));
  return Math.max(0, entropy(a) + entropy(b) - entropy(joint));
}
