import { checkOptions, optionsSchema } from "../runtime/check-options";
import type { Figure, Spec } from "./figure/figure";
import { ink } from "./figure/theme";
import { vegaLiteFigure } from "./figure/vega-lite-figure";
import { checkLength, checkNotEmpty, checkNumbers, type Numbers } from "./parts/check";
import { compactNumber } from "./parts/compact-number";
import { say, sayFigure, sayList } from "./parts/describe";
import { extent } from "./parts/extent";
import type { FigureOptions, SizeOptions } from "./parts/figure-options";
import { count as countRule, figureRules, sizeRules } from "./parts/figure-rules";
import { ticks } from "./parts/ticks";

/** The models of one curve, in the order in which the curve connects them. */
export interface RateDistortionSeries {
  /** The name of the curve. */
  name: string;
  /** The weight β of the rate in each model's objective. */
  beta: Numbers;
  /** The rate of each model, KL(q(z|x) ‖ p(z)), in nats per example. */
  rate: Numbers;
  /** The distortion of each model, −E[log p(x|z)], in nats per example. */
  distortion: Numbers;
}

/** Options of `rateDistortion()`. */
export interface RateDistortionOptions extends FigureOptions, SizeOptions {
  /** The approximate number of lines of equal ELBO; defaults to 5. */
  lines?: number | undefined;
}

const schema = optionsSchema<RateDistortionOptions>({
  ...figureRules,
  ...sizeRules,
  lines: countRule.optional(),
});

/**
 * The rate–distortion plane of Alemi et al. (2018), "Fixing a Broken ELBO", figure 1: each model is a point labeled
 * with its β, and −ELBO = rate + distortion is constant along thin lines.
 *
 * @param series one or more curves
 * @param options width defaults to 460 and height to 360 pixels
 * @throws ArgumentError for empty lists, lists of different length, NaN and infinite values
 */
export function rateDistortion(series: readonly RateDistortionSeries[], options: RateDistortionOptions = {}): Figure {
  checkOptions(where, schema, options);
  const { title, subtitle, width = 460, height = 360, lines = 5 } = options;
  checkNotEmpty(where, "series", series);
  const points = series.flatMap(({ name, beta, rate, distortion }, i) => {
    const betas = checkNumbers(where, `series[${i}].beta`, beta);
    const rates = checkNumbers(where, `series[${i}].rate`, rate);
    const distortions = checkNumbers(where, `series[${i}].distortion`, distortion);
    checkLength(where, `series[${i}].rate`, rates, betas.length, "value of beta");
    checkLength(where, `series[${i}].distortion`, distortions, betas.length, "value of beta");
    return betas.map((b, k) => ({
      name,
      series: i,
      order: k,
      beta: `β = ${say(b)}`,
      rate: compactNumber(rates[k]!),
      distortion: compactNumber(distortions[k]!),
    }));
  });
  const names = series.map(({ name }) => name);
  // Curves with the same β values need labels only once.
  const sameBetas = series.every(({ beta }) => String(Array.from(beta)) === String(Array.from(series[0]!.beta)));
  const x = roundDomain(points.map(({ rate }) => rate));
  const y = roundDomain(points.map(({ distortion }) => distortion));
  const sums = points.map((point) => point.rate + point.distortion);
  const [low, high] = extent(sums);
  const levels = ticks(low - 0.25 * (high - low), high + 0.25 * (high - low), lines);
  const place = (field: string, axisTitle: string, domain: readonly [number, number]) => ({
    field,
    type: "quantitative",
    title: axisTitle,
    scale: { domain, nice: false, zero: false },
  });
  const color = {
    field: "name",
    type: "nominal",
    sort: names,
    title: null,
    legend: names.length > 1 ? { symbolOpacity: 1 } : null,
  };
  const body: Spec = {
    width,
    height,
    encoding: {
      x: place("rate", "rate, KL(q(z|x) ‖ p(z)) (nats per example)", x),
      y: place("distortion", "distortion, −E[log p(x|z)] (nats per example)", y),
    },
    layer: [
      ...levelLayers(levels, x, y),
      {
        data: { values: points },
        encoding: { color },
        layer: [
          { mark: "line", encoding: { order: { field: "order", type: "quantitative" } } },
          { mark: { type: "point", filled: true, size: 60, opacity: 1, tooltip: true } },
          ...series.flatMap((_, i) => (i === 0 || !sameBetas ? [betaLayer(i)] : [])),
        ],
      },
    ],
  };
  const told = points.map(
    (point) =>
      `${names.length > 1 ? `${point.name}, ` : ""}${point.beta}: rate ${say(point.rate)}, distortion ${say(point.distortion)}`,
  );
  const sentence = `distortion against rate, in nats per example, with lines of equal ELBO; ${sayList(told)}.`;
  return vegaLiteFigure(body, { title, subtitle, alt: options.alt ?? sayFigure(title, sentence) });
}

const where = "rateDistortion()";

/** A domain that ends at round numbers, with room for the labels. */
function roundDomain(values: readonly number[]): [number, number] {
  const [low, high] = extent(values);
  const room = 0.08 * (high - low) || 1;
  const steps = ticks(low - room, high + room, 6);
  const step = steps.length > 1 ? steps[1]! - steps[0]! : 1;
  // A rate is never negative.
  const start = low >= 0 ? Math.max(0, low - room) : low - room;
  return [Math.floor(start / step) * step, Math.ceil((high + room) / step) * step];
}

/** The β of each point of a curve: above the point for the first curve, below it for the second, and so on. */
function betaLayer(i: number): Spec {
  const above = { align: "left", dx: 8, dy: -7 };
  const below = { align: "right", dx: -8, dy: 8 };
  return {
    transform: [{ filter: `datum.series === ${i}` }],
    mark: { type: "text", fontSize: 11, ...(i % 2 === 0 ? above : below) },
    encoding: { text: { field: "beta", type: "nominal" }, color: { value: ink.text } },
  };
}

/** Lines of constant rate + distortion, each labeled where it leaves the plotting area. */
function levelLayers(levels: readonly number[], x: readonly [number, number], y: readonly [number, number]): Spec[] {
  const crossing = levels.flatMap((level) => {
    const left = Math.max(x[0], level - y[1]);
    const right = Math.min(x[1], level - y[0]);
    return right - left > 0.15 * (x[1] - x[0]) ? [{ level, left, right }] : [];
  });
  const values = crossing.flatMap(({ level, left, right }) =>
    [left, right].map((rate) => ({ level, rate: compactNumber(rate), distortion: compactNumber(level - rate) })),
  );
  // The lines fall to the right, so there is room for a label to the left of and below the lower end.
  const ends = crossing.map(({ level, right }) => {
    const end = level - right;
    const low = end < y[0] + 0.08 * (y[1] - y[0]);
    return { name: `ELBO ${say(-level)}`, low, rate: compactNumber(right), distortion: compactNumber(end) };
  });
  const name = (test: string, mark: Spec) => ({
    data: { values: ends },
    transform: [{ filter: test }],
    mark: { type: "text", fontSize: 10, color: ink.muted, ...mark },
    encoding: { text: { field: "name", type: "nominal" } },
  });
  return [
    {
      data: { values },
      mark: { type: "line", strokeWidth: 1, strokeDash: [4, 4], color: ink.line },
      encoding: { detail: { field: "level", type: "nominal" } },
    },
    name("datum.low", { align: "right", baseline: "bottom", dx: -26, dy: -2 }),
    name("!datum.low", { align: "right", baseline: "top", dx: -4, dy: 2 }),
  ];
}
