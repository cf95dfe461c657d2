import { ArgumentError } from "../runtime/argument-error";
import { checkOptions, optionsSchema } from "../runtime/check-options";
import type { Figure, Spec } from "./figure/figure";
import { plotlyFigure } from "./figure/plotly-figure";
import { plotlyAxis, plotlyLayout } from "./figure/plotly-theme";
import { categorical } from "./figure/theme";
import { latentScatter } from "./latent-scatter";
import { checkNotEmpty, type Numbers } from "./parts/check";
import { checkPoints, type Points } from "./parts/check-points";
import { sayFigure, sayList } from "./parts/describe";
import { extent } from "./parts/extent";
import type { FigureOptions, SizeOptions } from "./parts/figure-options";
import { checkedElsewhere, count as countRule, figureRules, sizeRules, title as titleRule } from "./parts/figure-rules";
import { pickEvenly } from "./parts/pick-evenly";
import { sideBySide } from "./side-by-side";

/** One frame of an animation. */
export interface AnimationFrame {
  /** The slider's value at this frame: an epoch, or a value of β. */
  name: string | number;
  /** [n, 2], as n pairs or as a flat list of 2n numbers. All frames have the same points, in other positions. */
  points: Numbers | readonly Numbers[];
}

/** Options of `sliderAnimation()`. */
export interface SliderAnimationOptions extends FigureOptions, SizeOptions {
  /** The name of the value that the slider changes, such as "epoch". */
  sliderTitle: string;
  /** [n], the class of each point; by default, there are no classes and one color. */
  labels?: ArrayLike<string | number> | undefined;
  /** Title of the horizontal axis; defaults to "latent dimension 1 (z₁)". */
  xTitle?: string | undefined;
  /** Title of the vertical axis; defaults to "latent dimension 2 (z₂)". */
  yTitle?: string | undefined;
  /** The maximum number of points in each frame; defaults to 400. */
  maxPoints?: number | undefined;
}

const schema = optionsSchema<SliderAnimationOptions>({
  ...figureRules,
  ...sizeRules,
  sliderTitle: titleRule,
  labels: checkedElsewhere.optional(),
  xTitle: titleRule.optional(),
  yTitle: titleRule.optional(),
  maxPoints: countRule.optional(),
});

/**
 * An animation of points, with a slider and a play button (Plotly), such as a latent space over the epochs. The static
 * picture shows up to four of the frames side by side.
 *
 * @param frames two or more, with the same number of points
 * @param options width and height (of the interactive figure) default to 560 and 560 pixels
 * @throws ArgumentError for fewer than two frames, frames of different length, NaN and infinite values
 */
export function sliderAnimation(frames: readonly AnimationFrame[], options: SliderAnimationOptions): Figure {
  checkOptions(where, schema, options);
  const { title, subtitle, width = 560, height = 560, maxPoints = 400, labels, sliderTitle } = options;
  const { xTitle = "latent dimension 1 (z₁)", yTitle = "latent dimension 2 (z₂)" } = options;
  checkNotEmpty(where, "frames", frames);
  if (frames.length < 2) throw new ArgumentError(where, "the number of frames", frames.length, "2 or more");
  const checked = frames.map(({ name, points }, i) => ({
    name: String(name),
    ...checkPoints(`${where} frames[${i}]`, points, 2, labels),
  }));
  const count = checked[0]!.coordinates[0]!.length;
  for (const [i, { coordinates }] of checked.entries()) {
    if (coordinates[0]!.length !== count) {
      throw new ArgumentError(
        where,
        `the number of points in frames[${i}]`,
        coordinates[0]!.length,
        `${count}, as in the first frame`,
      );
    }
  }
  const shown = pickEvenly(count, maxPoints);
  const xDomain = commonDomain(checked.map(({ coordinates }) => coordinates[0]!));
  const yDomain = commonDomain(checked.map(({ coordinates }) => coordinates[1]!));
  const spec = {
    data: traces(checked[0]!, shown, true),
    layout: {
      ...plotlyLayout(title),
      width,
      height,
      xaxis: plotlyAxis(xTitle, xDomain),
      yaxis: plotlyAxis(yTitle, yDomain),
      sliders: [slider(checked, sliderTitle)],
      updatemenus: [buttons],
    },
    frames: checked.map((frame) => ({ name: frame.name, data: traces(frame, shown, false) })),
  };

  const picked = pickEvenStops(checked.length, 4);
  const stills = picked.map((f, i) =>
    latentScatter(
      shown.map((p) => [checked[f]!.coordinates[0]![p]!, checked[f]!.coordinates[1]![p]!]),
      labels && shown.map((p) => labels[p]!),
      {
        title: `${sliderTitle} ${checked[f]!.name}`,
        width: 200,
        height: 200,
        xTitle,
        yTitle,
        xDomain,
        yDomain,
        legend: i === picked.length - 1,
        showNames: false,
      },
    ),
  );
  const shownNames = sayList(picked.map((f) => checked[f]!.name));
  const sentence = `animation of ${shown.length} points over ${frames.length} values of ${sliderTitle}, from ${checked[0]!.name} to ${checked.at(-1)!.name}; the still picture shows ${sliderTitle} ${shownNames}.`;
  const still = sideBySide(stills, { title, subtitle, columns: 2, alt: options.alt ?? sayFigure(title, sentence) });
  return plotlyFigure(spec, still);
}

const where = "sliderAnimation()";

/** One trace per class. Frames contain only the coordinates. */
function traces({ coordinates, labels, classes }: Points, shown: readonly number[], styled: boolean): Spec[] {
  const groups = labels ? classes.map((name) => shown.filter((i) => labels[i] === name)) : [shown];
  return groups.map((members, c) => ({
    x: members.map((i) => coordinates[0]![i]),
    y: members.map((i) => coordinates[1]![i]),
    ...(styled
      ? {
          type: "scatter",
          mode: "markers",
          marker: { size: 6, opacity: 0.8, color: categorical[c % categorical.length] },
          ...(labels ? { name: String(classes[c]) } : { showlegend: false }),
        }
      : {}),
  }));
}

function slider(frames: readonly { name: string }[], title: string): Spec {
  return {
    currentvalue: { prefix: `${title} `, xanchor: "left" },
    pad: { t: 55, l: 90 },
    steps: frames.map(({ name }) => ({
      label: name,
      method: "animate",
      args: [[name], { ...motion, mode: "immediate" }],
    })),
  };
}

/** The timing of the transition between frames, in milliseconds. */
const motion = { frame: { duration: 300, redraw: false }, transition: { duration: 250 } };

const buttons: Spec = {
  type: "buttons",
  showactive: false,
  x: 0,
  y: 0,
  xanchor: "left",
  yanchor: "top",
  pad: { t: 60, r: 10 },
  buttons: [
    { label: "play", method: "animate", args: [null, { ...motion, fromcurrent: true }] },
    { label: "stop", method: "animate", args: [[null], { mode: "immediate", frame: { duration: 0, redraw: false } }] },
  ],
};

/** The same range for all frames, with a margin, so only the points move. */
function commonDomain(lists: readonly (readonly number[])[]): [number, number] {
  const [low, high] = extent(lists.flatMap((list) => extent(list)));
  const margin = 0.06 * (high - low) || 0.5;
  return [low - margin, high + margin].map((value) => Number(value.toPrecision(3))) as [number, number];
}

/** The first frame, the last frame, and evenly spaced frames in between. */
function pickEvenStops(count: number, most: number): number[] {
  const stops = Math.min(count, most);
  return Array.from({ length: stops }, (_, i) => Math.round((i * (count - 1)) / (stops - 1)));
}
