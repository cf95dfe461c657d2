import { checkOptions, optionsSchema } from "../runtime/check-options";
import type { Figure, Spec } from "./figure/figure";
import { ink } from "./figure/theme";
import { vegaLiteFigure } from "./figure/vega-lite-figure";
import type { Numbers } from "./parts/check";
import { checkPoints } from "./parts/check-points";
import { csvData } from "./parts/csv-data";
import { sayFigure, sayRange } from "./parts/describe";
import type { FigureOptions, SizeOptions } from "./parts/figure-options";
import {
  count as countRule,
  domain as domainRule,
  figureRules,
  flag,
  sizeRules,
  title as titleRule,
} from "./parts/figure-rules";
import { median } from "./parts/median";
import { pickEvenly } from "./parts/pick-evenly";

/** Options of `latentScatter()`. */
export interface LatentScatterOptions extends FigureOptions, SizeOptions {
  /** Title of the horizontal axis; defaults to "latent dimension 1 (z₁)". */
  xTitle?: string | undefined;
  /** Title of the vertical axis; defaults to "latent dimension 2 (z₂)". */
  yTitle?: string | undefined;
  /** Title of the legend; defaults to "class". */
  legendTitle?: string | undefined;
  /** The maximum number of points to draw, spread evenly over the list; defaults to 1500. */
  maxPoints?: number | undefined;
  /** Whether to write each class's name at its median; defaults to true. */
  showNames?: boolean | undefined;
  /** Whether the classes get a legend; defaults to true. */
  legend?: boolean | undefined;
  /** Lowest and highest value of the horizontal axis; defaults to the range of the points. */
  xDomain?: readonly [number, number] | undefined;
  /** Lowest and highest value of the vertical axis; defaults to the range of the points. */
  yDomain?: readonly [number, number] | undefined;
}

const schema = optionsSchema<LatentScatterOptions>({
  ...figureRules,
  ...sizeRules,
  xTitle: titleRule.optional(),
  yTitle: titleRule.optional(),
  legendTitle: titleRule.optional(),
  maxPoints: countRule.optional(),
  showNames: flag.optional(),
  legend: flag.optional(),
  xDomain: domainRule.optional(),
  yDomain: domainRule.optional(),
});

/**
 * A scatter plot with points colored by class. It shows where an encoder puts the examples of each class.
 *
 * @param points [n, 2], as n pairs or as a flat list of 2n numbers
 * @param labels [n], the class of each point; by default, there are no classes and one color
 * @param options width and height default to 420 pixels
 * @throws ArgumentError for points that are not finite, empty lists and unequal lengths
 */
export function latentScatter(
  points: Numbers | readonly Numbers[],
  labels?: ArrayLike<string | number>,
  options: LatentScatterOptions = {},
): Figure {
  checkOptions(where, schema, options);
  const { title, subtitle, width = 420, height = 420, maxPoints = 1500, showNames = true } = options;
  const { xTitle = "latent dimension 1 (z₁)", yTitle = "latent dimension 2 (z₂)", legendTitle = "class" } = options;
  const all = checkPoints(where, points, 2, labels);
  const [xs, ys] = [all.coordinates[0]!, all.coordinates[1]!];
  const shown = pickEvenly(xs.length, maxPoints);
  const at = <T>(list: readonly T[]) => shown.map((i) => list[i]!);
  const classes = all.classes.map(String);
  const position = (field: string, axisTitle: string, pixels: number, domain?: readonly [number, number]) => ({
    field,
    type: "quantitative",
    title: axisTitle,
    // The number of ticks leaves room for labels such as "−12.5".
    axis: { tickCount: Math.ceil(pixels / 60) },
    scale: domain ? { domain, nice: false, zero: false } : { zero: false, nice: Math.ceil(pixels / 60) },
  });
  const color = { field: "class", type: "nominal", title: legendTitle, sort: classes, scale: { domain: classes } };
  const legend = options.legend === false ? null : { symbolOpacity: 1, symbolSize: 90, symbolStrokeWidth: 0 };
  const body: Spec = {
    width,
    height,
    encoding: { x: position("x", xTitle, width, options.xDomain), y: position("y", yTitle, height, options.yDomain) },
    layer: [
      {
        data: csvData({ x: at(xs), y: at(ys), ...(all.labels ? { class: at(all.labels).map(String) } : {}) }),
        mark: { type: "circle", clip: true, size: shown.length > 600 ? 14 : 28, opacity: 0.75, tooltip: true },
        encoding: all.labels ? { color: { ...color, legend } } : {},
      },
      ...(all.labels && showNames && classes.length <= 20 ? nameLayers(xs, ys, all.labels.map(String), classes) : []),
    ],
  };
  const count = shown.length < xs.length ? `${shown.length} of ${xs.length} points` : `${xs.length} points`;
  const sentence = `scatter plot of ${count}${all.labels ? ` in ${classes.length} classes` : ""}; ${xTitle} runs ${sayRange(xs)}, ${yTitle} ${sayRange(ys)}.`;
  return vegaLiteFigure(body, { title, subtitle, alt: options.alt ?? sayFigure(title, sentence) });
}

const where = "latentScatter()";

/** The name of each class at its median, so readers need not distinguish the colors. A light halo keeps it readable. */
function nameLayers(
  xs: readonly number[],
  ys: readonly number[],
  labels: readonly string[],
  classes: readonly string[],
): Spec[] {
  const values = classes.map((name) => {
    const members = labels.flatMap((label, i) => (label === name ? [i] : []));
    return { x: median(members.map((i) => xs[i]!)), y: median(members.map((i) => ys[i]!)), name };
  });
  const encoding = { text: { field: "name", type: "nominal" } };
  const mark = { type: "text", fontSize: 15, fontWeight: "bold" };
  return [
    { data: { values }, mark: { ...mark, stroke: "white", strokeWidth: 4, strokeJoin: "round" }, encoding },
    { data: { values }, mark: { ...mark, color: ink.text }, encoding },
  ];
}
