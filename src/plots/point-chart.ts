import { ArgumentError } from "../runtime/argument-error";
import { checkOptions, optionsSchema } from "../runtime/check-options";
import type { Figure, Spec } from "./figure/figure";
import { vegaLiteFigure } from "./figure/vega-lite-figure";
import { checkLength, checkNotEmpty, checkNumbers, type Numbers } from "./parts/check";
import { compactNumber } from "./parts/compact-number";
import { say, sayFigure, sayList, sayTrend } from "./parts/describe";
import { errorBarLayers } from "./parts/error-bars";
import type { FigureOptions, SizeOptions } from "./parts/figure-options";
import { checkedElsewhere, figureRules, scale as scaleRule, sizeRules, title as titleRule } from "./parts/figure-rules";
import { niceEnds } from "./parts/nice-ends";
import { type ReferenceLine, referenceLayers } from "./parts/reference-lines";

/** Points of one color. */
export interface PointSeries {
  /** The name of the points. */
  name: string;
  /** The x coordinates: numbers, or names of categories. */
  x: ArrayLike<number | string>;
  /** The y coordinates. */
  y: Numbers;
  /** Standard deviation (or error) of each value, drawn as an error bar y ± stdDev; defaults to none. */
  stdDev?: Numbers | undefined;
}

/** Options of `pointChart()`. */
export interface PointChartOptions extends FigureOptions, SizeOptions {
  /** Title of the horizontal axis, with its unit. */
  xTitle: string;
  /** Title of the vertical axis, with its unit. */
  yTitle: string;
  /** Title of the legend; defaults to none. */
  legendTitle?: string | undefined;
  /** Scale of a horizontal axis of numbers; defaults to "linear". */
  xScale?: "linear" | "log" | undefined;
  /** Lines across the chart at fixed values; defaults to none. */
  references?: readonly ReferenceLine[] | undefined;
}

const schema = optionsSchema<PointChartOptions>({
  ...figureRules,
  ...sizeRules,
  xTitle: titleRule,
  yTitle: titleRule,
  legendTitle: titleRule.optional(),
  xScale: scaleRule.optional(),
  references: checkedElsewhere.optional(),
});

/**
 * Points with error bars, for example to compare results of several methods over seeds. The horizontal axis shows
 * numbers or categories.
 *
 * @param series one or more lists of points
 * @param options width defaults to 420 and height to 280 pixels
 * @throws ArgumentError for empty lists, lists of different length, NaN and infinite values, and numbers mixed with
 *   names on one axis
 */
export function pointChart(series: readonly PointSeries[], options: PointChartOptions): Figure {
  checkOptions(where, schema, options);
  const { title, subtitle, width = 420, height = 280, xTitle, yTitle, xScale = "linear", references = [] } = options;
  checkNotEmpty(where, "series", series);
  const categories = typeof series[0]!.x[0] === "string";
  const lists = series.map(({ name, x, y, stdDev }, i) => {
    const places = categories ? Array.from(x, String) : checkNumbers(where, `series[${i}].x`, x as Numbers);
    const bad = xScale === "log" && !categories ? places.findIndex((place) => !(Number(place) > 0)) : -1;
    if (bad >= 0) throw new ArgumentError(where, `series[${i}].x[${bad}]`, places[bad], "above 0 on a log scale");
    const values = checkNumbers(where, `series[${i}].y`, y);
    checkLength(where, `series[${i}].y`, values, places.length, "value of x");
    const spread = stdDev && checkNumbers(where, `series[${i}].stdDev`, stdDev);
    if (spread) checkLength(where, `series[${i}].stdDev`, spread, places.length, "value of x");
    return { name, places, values, spread };
  });
  const names = lists.map(({ name }) => name);
  const values = lists.flatMap(({ name, places, values, spread }) =>
    values.map((value, i) => ({
      name,
      x: places[i],
      y: compactNumber(value),
      ...(spread ? { low: compactNumber(value - spread[i]!), high: compactNumber(value + spread[i]!) } : {}),
    })),
  );
  const x = categories
    ? { field: "x", type: "nominal", title: xTitle, sort: null, axis: { labelAngle: 0, grid: true } }
    : { field: "x", type: "quantitative", title: xTitle, scale: numbersScale(xScale) };
  const color = { field: "name", type: "nominal", sort: names, title: options.legendTitle ?? null };
  const body: Spec = {
    width,
    height,
    layer: [
      {
        data: { values },
        encoding: {
          x,
          // With categories, each series has its own offset, so error bars do not hide each other.
          ...(categories && names.length > 1
            ? { xOffset: { field: "name", type: "nominal", sort: names, scale: { padding: 1.5 } } }
            : {}),
          y: { field: "y", type: "quantitative", title: yTitle, scale: { zero: false, ...niceEnds(height) } },
          color: { ...color, legend: names.length > 1 ? { symbolOpacity: 1, symbolSize: 80 } : null },
        },
        layer: [
          ...(lists.some(({ spread }) => spread) ? errorBarLayers({}) : []),
          { mark: { type: "point", filled: true, size: 55, opacity: 1, tooltip: true } },
        ],
      },
      ...referenceLayers(where, references),
    ],
  };
  const told = lists.map(({ name, places, values }) =>
    categories
      ? `${name} ${sayList(values.map((value, i) => `${say(value)} at ${places[i]}`))}`
      : `${name} ${sayTrend(values)}`,
  );
  const sentence = `points of ${yTitle} against ${xTitle}: ${told.join("; ")}.`;
  return vegaLiteFigure(body, { title, subtitle, alt: options.alt ?? sayFigure(title, sentence) });
}

const where = "pointChart()";

/** Adds space beside the outermost points, instead of extending a logarithmic axis to whole powers of ten. */
function numbersScale(type: "linear" | "log"): Spec {
  return type === "log" ? { type, nice: false, padding: 16 } : { type, zero: false, padding: 16 };
}
