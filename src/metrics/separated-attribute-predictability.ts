import { checkOptions, optionsSchema } from "../runtime/check-options";
import { checkedElsewhere } from "../runtime/rules";
import type { tf } from "../runtime/tensorflow";
import { checkCategorical, codesAndFactors, mean, topTwo, variance } from "./codes-and-factors";

/** Options of `separatedAttributePredictability()`. */
export interface SeparatedAttributePredictabilityOptions {
  /** The columns of factors with unordered values; defaults to none. */
  categorical?: readonly number[];
}

/** The result of `separatedAttributePredictability()`. */
export interface SeparatedAttributePredictability {
  /** The mean of the gaps, in [0, 1]. */
  score: number;
  /** For each factor, the difference in predictability between the best dimension and the next one. */
  gaps: number[];
  /** predictability[j][k] is how well dimension j alone predicts factor k, in [0, 1]. */
  predictability: number[][];
}

const schema = optionsSchema<SeparatedAttributePredictabilityOptions>({
  categorical: checkedElsewhere.optional(),
});

/**
 * Separated attribute predictability, SAP (Kumar et al. 2018, section 3): how well each single dimension predicts each factor,
 * and the difference between the best dimension and the next. It is 1 if one dimension is proportional to each factor. It is 0
 * for constant codes, and if two dimensions predict equally well. It detects only linear relations, so a dimension that depends
 * on a factor nonlinearly scores lower than its information suggests.
 *
 * An ordered factor is predicted by linear regression, and the score is R². An unordered factor is predicted by the nearest
 * class mean, fitted and evaluated on the same examples; the score is the accuracy, averaged over classes and scaled so that
 * guessing gives 0. (The paper does not scale it, so a gap there is at most 1 − 1/classes.)
 *
 * @param codes [examples, latentDim]
 * @param factors int32 [examples, factors], the value of each factor
 * @throws ArgumentError for codes or factors with another type or shape, codes that are not finite, a factor with a
 *   single value, and options out of range
 */
export function separatedAttributePredictability(
  codes: tf.Tensor2D,
  factors: tf.Tensor2D,
  options: SeparatedAttributePredictabilityOptions = {},
): SeparatedAttributePredictability {
  const where = "separatedAttributePredictability()";
  checkOptions(where, schema, options);
  const { categorical = [] } = options;
  const table = codesAndFactors(where, codes, factors);
  checkCategorical(where, categorical, table.factors.length);
  const predictability = table.codes.map((code) =>
    table.factors.map((factor, k) =>
      categorical.includes(k) ? classification(code, factor, table.sizes[k] as number) : regression(code, factor),
    ),
  );
  const gaps = table.factors.map((_, k) => {
    const [first, second] = topTwo(predictability.map((row) => row[k] as number));
    return first - second;
  });
  return { score: mean(gaps), gaps, predictability };
}

/** R² of the regression of the factor on the code: their squared correlation; 0 for a constant code. */
function regression(code: readonly number[], factor: readonly number[]): number {
  const spread = variance(code) * variance(factor);
  if (spread === 0) return 0;
  const [a, b] = [mean(code), mean(factor)];
  const covariance = mean(code.map((value, i) => (value - a) * ((factor[i] as number) - b)));
  return covariance ** 2 / spread;
}

/** Balanced accuracy of the nearest class mean, from 0 (guessing, or worse) to 1. */
function classification(code: readonly number[], factor: readonly number[], classes: number): number {
  const members = Array.from({ length: classes }, (_, c) => code.filter((_, i) => factor[i] === c));
  const centers = members.map(mean);
  const nearest = (value: number): number => {
    let best = 0;
    for (let c = 1; c < classes; c++) {
      if (Math.abs(value - (centers[c] as number)) < Math.abs(value - (centers[best] as number))) best = c;
    }
    return best;
  };
  const accuracy = mean(members.map((values, c) => mean(values.map((value) => (nearest(value) === c ? 1 : 0)))));
  return Math.max(0, (accuracy - 1 / classes) / (1 - 1 / classes));
}
