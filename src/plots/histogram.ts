import { mean } from "d3-array";
import { checkOptions, optionsSchema } from "../runtime/check-options";
import type { Figure, Spec } from "./figure/figure";
import { categorical, ink } from "./figure/theme";
import { vegaLiteFigure } from "./figure/vega-lite-figure";
import { checkNotEmpty, checkNumbers, type Numbers } from "./parts/check";
import { compactNumber } from "./parts/compact-number";
import { say, sayFigure, sayList, sayRange } from "./parts/describe";
import { extent } from "./parts/extent";
import type { FigureOptions, SizeOptions } from "./parts/figure-options";
import {
  checkedElsewhere,
  count as countRule,
  domain as domainRule,
  figureRules,
  sizeRules,
  title as titleRule,
} from "./parts/figure-rules";
import { niceEnds } from "./parts/nice-ends";
import { type ReferenceLine, referenceLayers } from "./parts/reference-lines";

/** One set of values. */
export interface HistogramSeries {
  /** The name of the values. */
  name: string;
  /** The values. */
  values: Numbers;
}

/** Options of `histogram()`. */
export interface HistogramOptions extends FigureOptions, SizeOptions {
  /** Title of the horizontal axis, with its unit. */
  xTitle: string;
  /** Number of bins; defaults to 40. */
  bins?: number | undefined;
  /**
   * Lowest and highest value of the bins; values outside are counted in the first or last bin. Defaults to the range of
   * the values.
   */
  domain?: readonly [number, number] | undefined;
  /** A density to draw over the bars, such as the prior's; defaults to none. */
  density?: { name: string; at: (x: number) => number } | undefined;
  /** Lines across the chart at fixed values; defaults to none. */
  references?: readonly ReferenceLine[] | undefined;
}

const schema = optionsSchema<HistogramOptions>({
  ...figureRules,
  ...sizeRules,
  xTitle: titleRule,
  bins: countRule.optional(),
  domain: domainRule.optional(),
  density: checkedElsewhere.optional(),
  references: checkedElsewhere.optional(),
});

/**
 * A histogram of values as densities (each has an area of 1), so lists of different length are comparable.
 *
 * @param series one or more lists of values over the same bins
 * @param options width defaults to 460 and height to 260 pixels
 * @throws ArgumentError for empty lists, NaN and infinities, and a domain out of order
 */
export function histogram(series: readonly HistogramSeries[], options: HistogramOptions): Figure {
  checkOptions(where, schema, options);
  const { title, subtitle, width = 460, height = 260, xTitle, bins = 40, density, references = [] } = options;
  checkNotEmpty(where, "series", series);
  const lists = series.map(({ name, values }, i) => ({
    name,
    values: checkNumbers(where, `series[${i}].values`, values),
  }));
  const domain = options.domain ?? widened(extent(lists.flatMap(({ values }) => extent(values))));
  const step = (domain[1] - domain[0]) / bins;
  const edge = (k: number) => compactNumber(domain[0] + k * step);
  const names = lists.map(({ name }) => name);
  const values = lists.flatMap(({ name, values }) =>
    densities(values, domain, bins).flatMap((height, k) =>
      height > 0 ? [{ name, from: edge(k), to: edge(k + 1), density: compactNumber(height, 4) }] : [],
    ),
  );
  const axis = { tickCount: Math.ceil(width / 60), grid: false };
  const curve = density && sampled(density.at, domain);
  const all = density ? [...names, density.name] : names;
  const body: Spec = {
    width,
    height,
    layer: [
      {
        data: { values },
        mark: { type: "rect", tooltip: true, opacity: names.length > 1 ? 0.6 : 0.85 },
        encoding: {
          x: { field: "from", type: "quantitative", title: xTitle, scale: { domain, nice: false, zero: false }, axis },
          x2: { field: "to" },
          y: {
            field: "density",
            type: "quantitative",
            title: "density",
            scale: { zero: true, ...niceEnds(height) },
          },
          y2: { datum: 0 },
          color: colors(all, density?.name),
        },
      },
      ...(curve
        ? [
            {
              data: { values: curve.map(({ x, y }) => ({ name: density.name, x, y })) },
              mark: { type: "line" },
              encoding: {
                x: { field: "x", type: "quantitative" },
                y: { field: "y", type: "quantitative" },
                color: colors(all, density.name),
              },
            },
          ]
        : []),
      ...referenceLayers(where, references),
    ],
  };
  const told = lists.map(
    ({ name, values }) =>
      `${name} has ${values.length} values ${sayRange(values)}, mean ${say(mean(values) as number)}`,
  );
  const over = density ? `, with the density of ${density.name} as a line` : "";
  const sentence = `histogram of ${xTitle}: ${sayList(told)}${over}.`;
  return vegaLiteFigure(body, { title, subtitle, alt: options.alt ?? sayFigure(title, sentence) });
}

const where = "histogram()";

/** Bars use the palette's colors in order; the density uses the color of text. */
function colors(names: readonly string[], density: string | undefined): Spec {
  const legend = names.length > 1 ? { symbolOpacity: 1, symbolStrokeWidth: 0, symbolType: "square" } : null;
  const scale =
    density === undefined
      ? {}
      : { scale: { domain: names, range: [...categorical.slice(0, names.length - 1), ink.text] } };
  return { field: "name", type: "nominal", sort: names, title: null, legend, ...scale };
}

function widened([low, high]: readonly [number, number]): [number, number] {
  return low < high ? [low, high] : [low - 0.5, high + 0.5];
}

/** The density of values in each of `bins` equal bins. */
function densities(values: readonly number[], [low, high]: readonly [number, number], bins: number): number[] {
  const counts = new Array<number>(bins).fill(0);
  for (const value of values) {
    const bin = Math.floor((bins * (value - low)) / (high - low));
    counts[Math.min(bins - 1, Math.max(0, bin))]! += 1;
  }
  const area = (values.length * (high - low)) / bins;
  return counts.map((count) => count / area);
}

function sampled(at: (x: number) => number, [low, high]: readonly [number, number]): { x: number; y: number }[] {
  const xs = Array.from({ length: 161 }, (_, i) => compactNumber(low + ((high - low) * i) / 160));
  const ys = checkNumbers(
    where,
    "density.at(x)",
    xs.map((x) => at(x)),
  );
  return xs.map((x, i) => ({ x, y: compactNumber(ys[i]!, 4) }));
}
