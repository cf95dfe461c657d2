import { ArgumentError } from "../runtime/argument-error";
import { checkOptions, optionsSchema } from "../runtime/check-options";
import { readValues } from "../runtime/read-values";
import { rng } from "../runtime/rng";
import { checkedElsewhere, nonNegative, seedNumber as seedRule } from "../runtime/rules";
import type { tf } from "../runtime/tensorflow";
import { checkCategorical, codesAndFactors, mean, variance } from "./codes-and-factors";

/** Options of `dci()`. */
export interface DciOptions {
  /** The columns of factors with unordered values; defaults to none. */
  categorical?: readonly number[];
  /** The weight of the L1 penalty, at least 0, for standardized codes and factors; defaults to 0.01. */
  penalty?: number;
  /** The seed of the split into a half for fitting and a half for evaluation; defaults to 0. */
  seed?: number;
}

/** The result of `dci()`; all values are in [0, 1]. */
export interface Dci {
  /** Whether each dimension represents only one factor: the mean over dimensions, weighted by importance. */
  disentanglement: number;
  /** Whether each factor is represented by only one dimension: the mean over factors. */
  completeness: number;
  /** How well the codes predict the factors: R² on the held-out half, or 0 if negative; the mean over factors. */
  informativeness: number;
  /** importance[j][k] is the importance of dimension j for factor k: the absolute regression weight. */
  importance: number[][];
}

const schema = optionsSchema<DciOptions>({
  categorical: checkedElsewhere.optional(),
  penalty: nonNegative.optional(),
  seed: seedRule.optional(),
});

/**
 * Disentanglement, completeness and informativeness (Eastwood & Williams 2018, section 2), with the paper's lasso regression
 * as the predictor. The lasso is linear, so nonlinear information does not count. An unordered factor uses one regression
 * per value, averaged.
 *
 * All are 1 for codes with one dimension proportional to each factor, and 0 for constant codes. Codes with two copies of
 * each dimension keep their disentanglement, because each copy represents one factor.
 *
 * @param codes [examples, latentDim], two dimensions or more
 * @param factors int32 [examples, factors], two factors or more
 * @throws ArgumentError for codes or factors with another type or shape, codes that are not finite, a factor with a
 *   single value, and options out of range; also for fewer than two dimensions or factors
 */
export function dci(codes: tf.Tensor2D, factors: tf.Tensor2D, options: DciOptions = {}): Dci {
  checkOptions("dci()", schema, options);
  const { categorical = [], penalty = 0.01, seed = 0 } = options;
  const table = codesAndFactors("dci()", codes, factors);
  checkCategorical("dci()", categorical, table.factors.length);
  if (table.codes.length < 2) throw new ArgumentError("dci()", "codes", codes, "codes of two dimensions or more");
  if (table.factors.length < 2) throw new ArgumentError("dci()", "factors", factors, "two factors or more");
  const order = readValues<"int32">(() => rng(seed).permutation(table.size));
  const fitted = Array.from(order.subarray(0, Math.ceil(table.size / 2)));
  const held = Array.from(order.subarray(fitted.length));
  const standardized = table.codes.map((column) => standardize(column, fitted));
  const results = table.factors.map((factor, k) => {
    const targets = categorical.includes(k)
      ? Array.from({ length: table.sizes[k] as number }, (_, c) => factor.map((value) => (value === c ? 1 : 0)))
      : [factor];
    const regressions = targets.map((target) =>
      regress(standardized, standardize(target, fitted), penalty, fitted, held),
    );
    return {
      importance: standardized.map((_, j) => mean(regressions.map(({ weights }) => Math.abs(weights[j] as number)))),
      explained: mean(regressions.map(({ explained }) => explained)),
    };
  });
  const importance = standardized.map((_, j) => results.map((result) => result.importance[j] as number));
  const sums = importance.map((row) => row.reduce((a, b) => a + b));
  const total = sums.reduce((a, b) => a + b);
  const disentanglement =
    total === 0 ? 0 : importance.reduce((sum, row, j) => sum + ((sums[j] as number) / total) * concentration(row), 0);
  return {
    disentanglement,
    completeness: mean(results.map((result) => concentration(result.importance))),
    informativeness: mean(results.map(({ explained }) => Math.max(0, explained))),
    importance,
  };
}

/**
 * 1 − H(p) / log n, where p are the n numbers divided by their sum: 1 if a single number is not 0, 0 if all are equal
 * or all are 0.
 */
function concentration(numbers: readonly number[]): number {
  const sum = numbers.reduce((a, b) => a + b);
  if (sum === 0) return 0;
  const entropy = numbers.reduce((h, x) => (x === 0 ? h : h - (x / sum) * Math.log(x / sum)), 0);
  return 1 - entropy / Math.log(numbers.length);
}

/** A column with mean 0 and variance 1 over the examples at `places`; all zeros if it is constant there. */
function standardize(column: readonly number[], places: readonly number[]): number[] {
  const used = places.map((i) => column[i] as number);
  const [center, stdDev] = [mean(used), Math.sqrt(variance(used))];
  return column.map((value) => (stdDev === 0 ? 0 : (value - center) / stdDev));
}

/**
 * The lasso by coordinate descent (Friedman et al. 2010, equation 5): minimizes ½ mean (y − Σ w_j x_j)² + penalty Σ |w_j|
 * over the fitted half.
 */
function regress(
  columns: readonly number[][],
  target: readonly number[],
  penalty: number,
  fitted: readonly number[],
  held: readonly number[],
): { weights: number[]; explained: number } {
  const product = (a: readonly number[], b: readonly number[]): number =>
    fitted.reduce((sum, i) => sum + (a[i] as number) * (b[i] as number), 0) / fitted.length;
  const gram = columns.map((a) => columns.map((b) => product(a, b)));
  const correlations = columns.map((column) => product(column, target));
  const weights = columns.map(() => 0);
  for (let sweep = 0, largest = 1; sweep < mostSweeps && largest > precision; sweep++) {
    largest = 0;
    for (const [j, row] of gram.entries()) {
      const own = row[j] as number;
      if (own === 0) continue;
      const old = weights[j] as number;
      const rest =
        (correlations[j] as number) - row.reduce((sum, g, l) => sum + g * (weights[l] as number), 0) + own * old;
      const next = (Math.sign(rest) * Math.max(0, Math.abs(rest) - penalty)) / own;
      weights[j] = next;
      largest = Math.max(largest, Math.abs(next - old));
    }
  }
  const actual = held.map((i) => target[i] as number);
  const errors = held.map(
    (i, at) =>
      (actual[at] as number) -
      columns.reduce((sum, column, j) => sum + (weights[j] as number) * (column[i] as number), 0),
  );
  const spread = variance(actual);
  return { weights, explained: spread === 0 ? 0 : 1 - mean(errors.map((e) => e * e)) / spread };
}

const mostSweeps = 1000;
const precision = 1e-6;
