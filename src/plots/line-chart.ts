import { ArgumentError } from "../runtime/argument-error";
import { checkOptions, optionsSchema } from "../runtime/check-options";
import type { Figure, Spec } from "./figure/figure";
import { vegaLiteFigure } from "./figure/vega-lite-figure";
import { checkLength, checkNotEmpty, checkNumbers, type Numbers } from "./parts/check";
import { compactNumber } from "./parts/compact-number";
import { sayFigure, sayList, sayRange, sayTrend } from "./parts/describe";
import type { FigureOptions, SizeOptions } from "./parts/figure-options";
import {
  checkedElsewhere,
  domain as domainRule,
  figureRules,
  flag,
  scale as scaleRule,
  sizeRules,
  title as titleRule,
} from "./parts/figure-rules";
import { niceEnds } from "./parts/nice-ends";
import { type ReferenceLine, referenceLayers } from "./parts/reference-lines";

/** One curve. */
export interface LineSeries {
  /** The name of the curve; curves with the same name share a color. */
  name: string;
  /** The x coordinates of the points. */
  x: Numbers;
  /** The y coordinates of the points. */
  y: Numbers;
  /** Standard deviation (or error) of each value, drawn as a band y ± stdDev; defaults to none. */
  stdDev?: Numbers | undefined;
  /** A second property, drawn as solid and dashed lines, such as "training" and "validation"; defaults to none. */
  variant?: string | undefined;
}

/** Options of `lineChart()`. */
export interface LineChartOptions extends FigureOptions, SizeOptions {
  /** Title of the horizontal axis, with its unit. */
  xTitle: string;
  /** Title of the vertical axis, with its unit. */
  yTitle: string;
  /** Whether to show a legend if there are several names; defaults to true. */
  legend?: boolean | undefined;
  /** Title of the legend; defaults to none. */
  legendTitle?: string | undefined;
  /** Scale of the horizontal axis; defaults to "linear". */
  xScale?: "linear" | "log" | undefined;
  /** Scale of the vertical axis; defaults to "linear". */
  yScale?: "linear" | "log" | undefined;
  /** Lowest and highest value of the vertical axis; defaults to the range of the data. */
  yDomain?: readonly [number, number] | undefined;
  /** Whether the vertical axis starts at zero; defaults to false. */
  yZero?: boolean | undefined;
  /** Whether to draw a dot at each value; defaults to true for curves with at most 30 points. */
  points?: boolean | undefined;
  /** Lines across the chart at fixed values, with labels; defaults to none. */
  references?: readonly ReferenceLine[] | undefined;
}

const schema = optionsSchema<LineChartOptions>({
  ...figureRules,
  ...sizeRules,
  xTitle: titleRule,
  yTitle: titleRule,
  legend: flag.optional(),
  legendTitle: titleRule.optional(),
  xScale: scaleRule.optional(),
  yScale: scaleRule.optional(),
  yDomain: domainRule.optional(),
  yZero: flag.optional(),
  points: flag.optional(),
  references: checkedElsewhere.optional(),
});

/**
 * A line chart for losses, rates and sweeps, with optional bands of ± one standard deviation.
 *
 * @param series one or more curves; all values must be finite
 * @param options width defaults to 480 and height to 280 pixels
 * @throws ArgumentError for empty lists, lists of different length, NaN and infinite values, and values ≤ 0 on a log
 *   scale
 */
export function lineChart(series: readonly LineSeries[], options: LineChartOptions): Figure {
  checkOptions(where, schema, options);
  const { title, subtitle, width = 480, height = defaultHeight, references = [], points } = options;
  const curves = checkSeries(series, options);
  const values = curves.flatMap(({ name, variant, x, y, stdDev }) =>
    x.map((at, i) => ({
      x: compactNumber(at),
      y: compactNumber(y[i]!),
      name,
      ...(variant === undefined ? {} : { variant }),
      ...(stdDev ? { low: compactNumber(y[i]! - stdDev[i]!), high: compactNumber(y[i]! + stdDev[i]!) } : {}),
    })),
  );
  const withDots = points ?? Math.max(...curves.map(({ x }) => x.length)) <= 30;
  const body: Spec = {
    width,
    height,
    layer: [
      {
        data: { values },
        encoding: curveEncoding(curves, options),
        layer: [
          ...(curves.some(({ stdDev }) => stdDev) ? [band] : []),
          { mark: { type: "line", tooltip: true, ...(withDots ? { point: { size: 28, filled: true } } : {}) } },
        ],
      },
      ...referenceLayers(where, references),
    ],
  };
  return vegaLiteFigure(body, { title, subtitle, alt: options.alt ?? describe(curves, options) });
}

const where = "lineChart()";
const defaultHeight = 280;

const band: Spec = {
  transform: [{ filter: "isValid(datum.low)" }],
  mark: { type: "area", opacity: 0.2, strokeWidth: 0 },
  encoding: { y: { field: "low", type: "quantitative" }, y2: { field: "high" } },
};

interface Curve {
  name: string;
  variant: string | undefined;
  x: number[];
  y: number[];
  stdDev: number[] | undefined;
}

function checkSeries(series: readonly LineSeries[], { xScale, yScale }: LineChartOptions): Curve[] {
  checkNotEmpty(where, "series", series);
  return series.map((one, i) => {
    const label = `series[${i}]`;
    const x = checkNumbers(where, `${label}.x`, one.x);
    const y = checkNumbers(where, `${label}.y`, one.y);
    checkLength(where, `${label}.y`, y, x.length, "value of x");
    const stdDev = one.stdDev && checkNumbers(where, `${label}.stdDev`, one.stdDev);
    if (stdDev) checkLength(where, `${label}.stdDev`, stdDev, x.length, "value of x");
    if (xScale === "log") checkAboveZero(`${label}.x`, x);
    if (yScale === "log")
      checkAboveZero(stdDev ? `${label}.y − stdDev` : `${label}.y`, stdDev ? y.map((v, k) => v - stdDev[k]!) : y);
    return { name: one.name, variant: one.variant, x, y, stdDev };
  });
}

function checkAboveZero(argument: string, values: readonly number[]): void {
  const bad = values.findIndex((value) => !(value > 0));
  if (bad >= 0) throw new ArgumentError(where, `${argument}[${bad}]`, values[bad], "above 0 on a log scale");
}

function curveEncoding(curves: readonly Curve[], options: LineChartOptions): Spec {
  const {
    xTitle,
    yTitle,
    legendTitle,
    xScale = "linear",
    yScale = "linear",
    yDomain,
    yZero = false,
    legend = true,
    height = defaultHeight,
  } = options;
  const wholeNumbers = curves.every(({ x }) => x.every(Number.isInteger));
  const names = [...new Set(curves.map(({ name }) => name))];
  const variants = [...new Set(curves.flatMap(({ variant }) => (variant === undefined ? [] : [variant])))];
  return {
    x: {
      field: "x",
      type: "quantitative",
      title: xTitle,
      scale: { type: xScale, nice: false, ...(xScale === "linear" ? { zero: false } : {}) },
      ...(wholeNumbers && xScale === "linear" ? { axis: { tickMinStep: 1 } } : {}),
    },
    y: {
      field: "y",
      type: "quantitative",
      title: yTitle,
      scale: {
        type: yScale,
        ...(yScale === "linear" ? { zero: yZero } : {}),
        ...niceEnds(height, yScale),
        ...(yDomain ? { domain: yDomain, clamp: true } : {}),
      },
    },
    color: {
      field: "name",
      type: "nominal",
      title: legendTitle ?? null,
      sort: names,
      legend: legend && names.length > 1 ? curveLegend : null,
    },
    ...(variants.length > 0
      ? { strokeDash: { field: "variant", type: "nominal", title: null, sort: variants, legend: curveLegend } }
      : {}),
  };
}

/** A stroke with the curve's own opacity; Vega-Lite would use the opacity of the band. */
const curveLegend: Spec = { symbolType: "stroke", symbolOpacity: 1, symbolSize: 220 };

function describe(curves: readonly Curve[], { title, xTitle, yTitle }: LineChartOptions): string {
  const all = curves.flatMap(({ x }) => x);
  const told = curves.map(({ name, variant, y }) => `${name}${variant ? ` (${variant})` : ""} ${sayTrend(y)}`);
  return sayFigure(title, `line chart of ${yTitle} against ${xTitle} ${sayRange(all)}; ${sayList(told)}.`);
}
