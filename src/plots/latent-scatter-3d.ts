import { checkOptions, optionsSchema } from "../runtime/check-options";
import type { Figure, Spec } from "./figure/figure";
import { plotlyFigure } from "./figure/plotly-figure";
import { plotlyAxis, plotlyLayout } from "./figure/plotly-theme";
import { categorical } from "./figure/theme";
import { latentScatter } from "./latent-scatter";
import type { Numbers } from "./parts/check";
import { checkPoints } from "./parts/check-points";
import { sayFigure, sayList, sayRange } from "./parts/describe";
import type { FigureOptions, SizeOptions } from "./parts/figure-options";
import { checkedElsewhere, count as countRule, figureRules, sizeRules } from "./parts/figure-rules";
import { pickEvenly } from "./parts/pick-evenly";
import { sideBySide } from "./side-by-side";

/** Options of `latentScatter3d()`. */
export interface LatentScatter3dOptions extends FigureOptions, SizeOptions {
  /** Titles of the three axes; defaults to "z₁", "z₂" and "z₃". */
  axisTitles?: readonly [string, string, string] | undefined;
  /** The maximum number of points to draw; defaults to 1500. */
  maxPoints?: number | undefined;
}

const schema = optionsSchema<LatentScatter3dOptions>({
  ...figureRules,
  ...sizeRules,
  axisTitles: checkedElsewhere.optional(),
  maxPoints: countRule.optional(),
});

/**
 * A three-dimensional scatter plot with points colored by class, which can be rotated with the pointer (Plotly). The
 * static picture shows the same points from the front and from above.
 *
 * @param points [n, 3], as n triples or as a flat list of 3n numbers
 * @param labels [n], the class of each point; by default, there are no classes and one color
 * @param options width and height (of the interactive figure) default to 620 and 520 pixels
 * @throws ArgumentError for points that are not finite, empty lists and unequal lengths
 */
export function latentScatter3d(
  points: Numbers | readonly Numbers[],
  labels?: ArrayLike<string | number>,
  options: LatentScatter3dOptions = {},
): Figure {
  checkOptions(where, schema, options);
  const { title, subtitle, width = 620, height = 520, maxPoints = 1500, axisTitles = ["z₁", "z₂", "z₃"] } = options;
  const all = checkPoints(where, points, 3, labels);
  const [xs, ys, zs] = [all.coordinates[0]!, all.coordinates[1]!, all.coordinates[2]!];
  const shown = pickEvenly(xs.length, maxPoints);
  const trace = (members: readonly number[], name: string | undefined, color: string): Spec => ({
    type: "scatter3d",
    mode: "markers",
    x: members.map((i) => xs[i]),
    y: members.map((i) => ys[i]),
    z: members.map((i) => zs[i]),
    marker: { size: 2.8, color, opacity: 0.8 },
    ...(name === undefined ? { showlegend: false } : { name }),
  });
  const { labels: known } = all;
  const data = known
    ? all.classes.map((name, c) =>
        trace(
          shown.filter((i) => known[i] === name),
          String(name),
          categorical[c % categorical.length]!,
        ),
      )
    : [trace(shown, undefined, categorical[0])];
  const [xaxis, yaxis, zaxis] = axisTitles.map((axisTitle) => plotlyAxis(axisTitle));
  const layout = { ...plotlyLayout(title), width, height, scene: { xaxis, yaxis, zaxis, aspectmode: "cube" } };

  const view = (a: readonly number[], b: readonly number[], titles: readonly [string, string], legend: boolean) =>
    latentScatter(
      shown.map((i) => [a[i]!, b[i]!]),
      known && shown.map((i) => known[i]!),
      { width: 270, height: 270, xTitle: titles[0], yTitle: titles[1], legend },
    );
  const ranges = sayList([xs, ys, zs].map((values, d) => `${axisTitles[d]} ${sayRange(values)}`));
  const classes = known ? ` in ${all.classes.length} classes` : "";
  const sentence = `three-dimensional scatter plot of ${shown.length} points${classes}; ${ranges}.`;
  const still = sideBySide(
    [view(xs, ys, [axisTitles[0], axisTitles[1]], false), view(xs, zs, [axisTitles[0], axisTitles[2]], true)],
    { title, subtitle, alt: options.alt ?? sayFigure(title, sentence) },
  );
  return plotlyFigure({ data, layout }, still);
}

const where = "latentScatter3d()";
