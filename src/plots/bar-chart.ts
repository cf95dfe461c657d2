import { checkOptions, optionsSchema } from "../runtime/check-options";
import type { Figure, Spec } from "./figure/figure";
import { vegaLiteFigure } from "./figure/vega-lite-figure";
import { checkNotEmpty, checkNumbers } from "./parts/check";
import { compactNumber } from "./parts/compact-number";
import { say, sayFigure, sayList } from "./parts/describe";
import { errorBarLayers } from "./parts/error-bars";
import type { FigureOptions, SizeOptions } from "./parts/figure-options";
import { figureRules, flag, sizeRules, title as titleRule } from "./parts/figure-rules";
import { niceEnds } from "./parts/nice-ends";

/** One bar. */
export interface Bar {
  /** The name next to it. */
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
  /** Whether the bars lie on their side, with the names at their left; defaults to true if names do not fit below upright bars. */
  horizontal?: boolean | undefined;
}

const schema = optionsSchema<BarChartOptions>({
  ...figureRules,
  ...sizeRules,
  xTitle: titleRule,
  yTitle: titleRule,
  legendTitle: titleRule.optional(),
  horizontal: flag.optional(),
});

/**
 * A bar chart that starts at zero, with one bar per label, or several in different colors. Bars with long names are horizontal.
 *
 * @param bars one or more, drawn in the given order
 * @param options width defaults to 420 pixels, and height to 280 pixels, or to what horizontal bars need
 * @throws ArgumentError if there are no bars, and for values that are not finite
 */
export function barChart(bars: readonly Bar[], options: BarChartOptions): Figure {
  checkOptions(where, schema, options);
  const { title, subtitle, width = 420, xTitle, yTitle, legendTitle } = options;
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
  const { horizontal = labels.some((label) => label.length * 7 > width / labels.length) } = options;
  const [nameAxis, valueAxis] = horizontal ? (["y", "x"] as const) : (["x", "y"] as const);
  const perName = 14 * Math.max(1, series.length) + 10;
  const { height = horizontal ? Math.max(80, labels.length * perName) : 280 } = options;
  const body: Spec = {
    width,
    height,
    data: { values },
    encoding: {
      [nameAxis]: {
        field: "label",
        type: "nominal",
        title: xTitle,
        sort: null,
        axis: { labelAngle: 0, labelLimit: 260 },
      },
      ...(series.length > 0 ? { [`${nameAxis}Offset`]: { field: "series", type: "nominal", sort: series } } : {}),
      [valueAxis]: {
        field: "value",
        type: "quantitative",
        title: yTitle,
        scale: { zero: true, ...niceEnds(horizontal ? width : height) },
      },
    },
    layer: [
      {
        mark: { type: "bar", tooltip: true },
        encoding:
          series.length > 0
            ? { color: { field: "series", type: "nominal", sort: series, title: legendTitle ?? null } }
            : {},
      },
      ...(bars.some(({ stdDev }) => stdDev !== undefined) ? errorBarLayers(undefined, valueAxis) : []),
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
