import { ArgumentError } from "../runtime/argument-error";
import { checkOptions, optionsSchema } from "../runtime/check-options";
import type { Figure } from "./figure/figure";
import { heatMap } from "./heat-map";
import { checkLength, checkNotEmpty, checkNumbers, type Numbers } from "./parts/check";
import { say, sayFigure, sayList } from "./parts/describe";
import type { FigureOptions, SizeOptions } from "./parts/figure-options";
import { checkedElsewhere, figureRules, flag, sizeRules } from "./parts/figure-rules";

/** Options of `confusionMatrix()`. */
export interface ConfusionMatrixOptions extends FigureOptions, SizeOptions {
  /** Names of the classes; defaults to 0, 1, 2, … */
  labels?: ArrayLike<string | number> | undefined;
  /** Whether cells show percentages of their row instead of counts; defaults to false. */
  percent?: boolean | undefined;
}

const schema = optionsSchema<ConfusionMatrixOptions>({
  ...figureRules,
  ...sizeRules,
  labels: checkedElsewhere.optional(),
  percent: flag.optional(),
});

/**
 * A confusion matrix: how often each class was predicted for each true class.
 *
 * @param counts [classes][classes]: rows are true classes, columns are predicted classes
 * @param options width and height default to 34 pixels per class
 * @throws ArgumentError for a table that is not square, and for counts that are negative or not finite
 */
export function confusionMatrix(counts: readonly Numbers[], options: ConfusionMatrixOptions = {}): Figure {
  checkOptions(where, schema, options);
  checkNotEmpty(where, "counts", counts);
  const size = counts.length;
  const rows = counts.map((row, r) => {
    const values = checkNumbers(where, `counts[${r}]`, row);
    checkLength(where, `counts[${r}]`, values, size, "class");
    const bad = values.findIndex((value) => value < 0);
    if (bad >= 0) throw new ArgumentError(where, `counts[${r}][${bad}]`, values[bad], "zero or more");
    return values;
  });
  const { labels = rows.map((_, i) => i), percent = false, ...rest } = options;
  const { title } = rest;
  const sums = rows.map((row) => row.reduce((sum, value) => sum + value, 0));
  const cells = percent ? rows.map((row, r) => row.map((value) => Math.round((100 * value) / (sums[r] || 1)))) : rows;
  const recall = rows.map((row, r) => `${labels[r]} ${say(Math.round((100 * row[r]!) / (sums[r] || 1)))} %`);
  const right = rows.reduce((sum, row, r) => sum + row[r]!, 0);
  const all = sums.reduce((sum, value) => sum + value, 0);
  const sentence = `confusion matrix of ${size} classes and ${all} examples; ${say((100 * right) / (all || 1))} % on the diagonal; of each class ${sayList(recall)}.`;
  return heatMap(cells, {
    width: 34 * size,
    height: 34 * size,
    xTitle: "predicted class",
    yTitle: "true class",
    valueTitle: percent ? "% of the class" : "examples",
    xLabels: labels,
    yLabels: labels,
    showValues: true,
    ...rest,
    alt: options.alt ?? sayFigure(title, sentence),
  });
}

const where = "confusionMatrix()";
