import { deviation, mean } from "d3-array";
import { checkOptions, optionsSchema } from "../runtime/check-options";
import type { Figure } from "./figure/figure";
import { lineChart } from "./line-chart";
import { checkLength, checkNotEmpty, checkNumbers, type Numbers } from "./parts/check";
import type { FigureOptions, SizeOptions } from "./parts/figure-options";
import {
  domain as domainRule,
  figureRules,
  scale as scaleRule,
  sizeRules,
  title as titleRule,
} from "./parts/figure-rules";

/** The scores of one model for different numbers of labels. */
export interface LearningCurve {
  /** The model. */
  name: string;
  /** The numbers of labels (or amounts of any other resource) that the model received. */
  labels: Numbers;
  /** scores[i] is the list of scores with labels[i], one per seed. */
  scores: readonly Numbers[];
}

/** Options of `learningCurves()`. */
export interface LearningCurvesOptions extends FigureOptions, SizeOptions {
  /** Title of the vertical axis; defaults to "test accuracy". */
  scoreTitle?: string | undefined;
  /** Title of the horizontal axis; defaults to "labels". */
  xTitle?: string | undefined;
  /** Scale of the horizontal axis; defaults to "log". */
  xScale?: "linear" | "log" | undefined;
  /** Lowest and highest value of the vertical axis; defaults to the range of the data. */
  yDomain?: readonly [number, number] | undefined;
}

const schema = optionsSchema<LearningCurvesOptions>({
  ...figureRules,
  ...sizeRules,
  scoreTitle: titleRule.optional(),
  xTitle: titleRule.optional(),
  xScale: scaleRule.optional(),
  yDomain: domainRule.optional(),
});

/**
 * Scores against the number of labels, one curve per model: the mean over seeds, with a band of ± one standard
 * deviation.
 *
 * @param curves one or more
 * @param options width and height default to those of `lineChart()`
 * @throws ArgumentError for empty or unequal lists, NaN and infinities, and labels ≤ 0 on a log scale
 */
export function learningCurves(curves: readonly LearningCurve[], options: LearningCurvesOptions = {}): Figure {
  checkOptions(where, schema, options);
  checkNotEmpty(where, "curves", curves);
  const { scoreTitle = "test accuracy", xTitle = "labels", xScale = "log", ...rest } = options;
  const lines = curves.map(({ name, labels, scores }, i) => {
    const x = checkNumbers(where, `curves[${i}].labels`, labels);
    checkLength(where, `curves[${i}].scores`, scores, x.length, "number of labels");
    const spreads = scores.map((list, k) => spreadOf(checkNumbers(where, `curves[${i}].scores[${k}]`, list)));
    return { name, x, y: spreads.map(({ average }) => average), stdDev: spreads.map(({ stdDev }) => stdDev) };
  });
  return lineChart(lines, { xTitle, yTitle: scoreTitle, xScale, ...rest });
}

const where = "learningCurves()";

/** The standard deviation uses the divisor n − 1, and is 0 for a single number. */
const spreadOf = (values: readonly number[]): { average: number; stdDev: number } => ({
  average: mean(values) as number,
  stdDev: deviation(values) ?? 0,
});
