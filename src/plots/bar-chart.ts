import { checkOptions, optionsSchema } from "../runtime/check-options";
import type { Figure, Spec } from "./figure/figure";
import { vegaLiteFigure } from "./figure/vega-lite-figure";
import { checkNotEmpty, checkNumbers } from "./parts/check";
import { compactNumber } from "./parts/compact-number";
import { say, sayFigure, sayList } from "./parts/describe";
import { errorBarLayers } from "./parts/error-bars";
import type { FigureOptions, SizeOptions } from "./parts/figure-options";
import { figureRules, sizeRules, title as titleRule } from "./parts/figure-rules";
import { niceEnds } from "./parts/nice-ends";

/** One bar. */
export interface Bar {
  /** The name under it. */
  label: string;
  /** The value that the bar shows. */
  value: number;
  /** Standard deviation (or error) of the value, drawn as an error bar value ± stdDev; defaults to none. */
  stdDev?: number | undefined;
  /**
   * The series of the bar. Bars with the same label and different series are drawn next to each other in different
   * colors. Defaults to none.
   */
  series?: string | undefined;
}

/** Options of `barChart()`. */
export interface BarChartOptions extends FigureOptions, SizeOptions {
  /** Title of the axis of names. */
  xTitle: string;
  /** Title of the axis of values, with its unit. */
  yTitle: string;
  /** Title of the legend; defaults to none. */
  legendTitle?: string | undefined;
}

const schema = optionsSchema<BarChartOptions>({
  ...figureRules,
  ...sizeRules,
  xTitle: titleRule,
  yTitle: titleRule,
  legendTitle: titleRule.optional(),
});

/**
 * A bar chart that starts at zero, with one bar per label, or several in different colors.
 *
 * @param bars one or more, drawn in the given order
 * @param options width defaults to 420 and height to 280 pixels
 * @throws ArgumentError if there are no bars, and for values that are not finite
 */
export function barChart(bars: readonly Bar[], options: BarChartOptions): Figure {
  checkOptions(where, schema, options);
  const { title, subtitle, width = 420, height = 280, xTitle, yTitle, legendTitle } = options;
  checkNotEmpty(where, "bars", bars);
  checkNumbers(
    where,
    "value of bars",
    bars.map(({ value }) => value),
  );
  checkNumbers(
    where,
    "stdDev of bars",
    bars.map(({ stdDev }) => stdDev ?? 0),
  );
  const labels = [...new Set(bars.map(({ label }) => label))];
  const series = [...new Set(bars.flatMap(({ series }) => (series === undefined ? [] : [series])))];
  const values = bars.map(({ label, value, stdDev, series }) => ({
    label,
    value: compactNumber(value),
    ...(series === undefined ? {} : { series }),
    ...(stdDev === undefined ? {} : { low: compactNumber(value - stdDev), high: compactNumber(value + stdDev) }),
  }));
  // Long labels are slanted, because they would be cut off otherwise.
  const crowded = labels.some((label) => label.length * 7 > width / labels.length);
  const body: Spec = {
    width,
    height,
    data: { values },
    encoding: {
      x: { field: "label", type: "nominal", title: xTitle, sort: null, axis: { labelAngle: crowded ? -40 : 0 } },
      ...(series.length > 0 ? { xOffset: { field: "series", type: "nominal", sort: series } } : {}),
      y: { field: "value", type: "quantitative", title: yTitle, scale: { zero: true, ...niceEnds(height) } },
    },
    layer: [
      {
        mark: { type: "bar", tooltip: true },
        encoding:
          series.length > 0
            ? { color: { field: "series", type: "nominal", sort: series, title: legendTitle ?? null } }
            : {},
      },
      ...(bars.some(({ stdDev }) => stdDev !== undefined) ? errorBarLayers() : []),
    ],
  };
  const told = bars.map(
    ({ label, value, stdDev, series }) =>
      `${label}${series ? ` (${series})` : ""} ${say(value)}${stdDev === undefined ? "" : ` ± ${say(stdDev)}`}`,
  );
  const alt = options.alt ?? sayFigure(title, `bars of ${yTitle} by ${xTitle}: ${sayList(told)}.`);
  return vegaLiteFigure(body, { title, subtitle, alt });
}

const where = "barChart()";
