import { ArgumentError } from "../runtime/argument-error";
import { checkOptions, optionsSchema } from "../runtime/check-options";
import type { Figure, Spec } from "./figure/figure";
import { ink } from "./figure/theme";
import { vegaLiteFigure } from "./figure/vega-lite-figure";
import { checkNotEmpty, checkNumbers } from "./parts/check";
import { compactNumber } from "./parts/compact-number";
import { say, sayFigure, sayList } from "./parts/describe";
import type { FigureOptions, SizeOptions } from "./parts/figure-options";
import { figureRules, sizeRules } from "./parts/figure-rules";

/** The calibration of one classifier, with bins from `calibration()`. */
export interface CalibrationSeries {
  /** The name of the classifier. */
  name: string;
  /** Bins of predictions: the mean confidence and the accuracy, both in [0, 1], and the number of predictions. */
  bins: readonly { confidence: number; accuracy: number; count: number }[];
}

/** Options of `calibrationCurve()`. */
export interface CalibrationCurveOptions extends FigureOptions, SizeOptions {}

const schema = optionsSchema<CalibrationCurveOptions>({
  ...figureRules,
  ...sizeRules,
});

/**
 * The reliability diagram (DeGroot & Fienberg 1983; Guo et al. 2017, figure 1): the accuracy of predictions against their
 * confidence. On the diagonal, a classifier is calibrated; below it, it is overconfident. The area of a dot is proportional
 * to its share of the predictions.
 *
 * @param series one or more classifiers
 * @param options width defaults to 380 and height to 340 pixels
 * @throws ArgumentError for empty lists, and for confidences or accuracies outside [0, 1]
 */
export function calibrationCurve(series: readonly CalibrationSeries[], options: CalibrationCurveOptions = {}): Figure {
  checkOptions(where, schema, options);
  const { title, subtitle, width = 380, height = 340 } = options;
  checkNotEmpty(where, "series", series);
  const values = series.flatMap(({ name, bins }, i) => points(name, bins, `series[${i}].bins`));
  const axis = (field: string, axisTitle: string): Spec => ({
    field,
    type: "quantitative",
    title: axisTitle,
    scale: { domain: [0, 1], nice: false },
  });
  const names = series.map(({ name }) => name);
  const diagonal = [0, 1].map((at) => ({ confidence: at, accuracy: at }));
  const body: Spec = {
    width,
    height,
    encoding: { x: axis("confidence", "confidence"), y: axis("accuracy", "share that is right") },
    layer: [
      { data: { values: diagonal }, mark: { type: "line", color: ink.muted, strokeDash: [5, 4], strokeWidth: 1.5 } },
      {
        data: { values },
        encoding: {
          color: {
            field: "name",
            type: "nominal",
            sort: names,
            title: null,
            legend: names.length > 1 ? { symbolType: "circle", symbolOpacity: 1 } : null,
          },
        },
        layer: [
          { mark: { type: "line", strokeWidth: 1.5 } },
          {
            mark: { type: "point", filled: true, opacity: 0.8, tooltip: true },
            encoding: {
              size: { field: "share", type: "quantitative", scale: { domain: [0, 1], range: [15, 500] }, legend: null },
            },
          },
        ],
      },
    ],
  };
  const told = series.map(({ name, bins }) => `${name} ${sayGap(bins)}`);
  const sentence = `reliability diagram, the share of right predictions against their confidence; ${sayList(told)}.`;
  return vegaLiteFigure(body, { title, subtitle, alt: options.alt ?? sayFigure(title, sentence) });
}

const where = "calibrationCurve()";

function points(name: string, bins: CalibrationSeries["bins"], label: string): object[] {
  checkNotEmpty(where, label, bins);
  bins.forEach((bin, k) => {
    checkNumbers(where, `${label}[${k}].count`, [bin.count]);
    for (const field of ["confidence", "accuracy"] as const) {
      if (bin[field] >= 0 && bin[field] <= 1) continue;
      throw new ArgumentError(where, `${label}[${k}].${field}`, bin[field], "a share in [0, 1]");
    }
  });
  const all = bins.reduce((sum, { count }) => sum + count, 0);
  return bins.map(({ confidence, accuracy, count }) => ({
    name,
    confidence: compactNumber(confidence),
    accuracy: compactNumber(accuracy),
    share: compactNumber(count / all),
  }));
}

/** The average difference between confidence and accuracy, in words. */
function sayGap(bins: CalibrationSeries["bins"]): string {
  const all = bins.reduce((sum, { count }) => sum + count, 0);
  const gap = bins.reduce((sum, { confidence, accuracy, count }) => sum + (count / all) * (confidence - accuracy), 0);
  const amount = `${say(Math.abs(Math.round(1000 * gap) / 10))} percentage points`;
  return gap > 0 ? `is overconfident by ${amount}` : `is underconfident by ${amount}`;
}
