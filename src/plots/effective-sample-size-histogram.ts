import { ArgumentError } from "../runtime/argument-error";
import { checkOptions, optionsSchema } from "../runtime/check-options";
import type { Figure } from "./figure/figure";
import { histogram } from "./histogram";
import { checkNotEmpty, checkNumbers, type Numbers } from "./parts/check";
import { say, sayFigure, sayList, sayRange } from "./parts/describe";
import type { FigureOptions, SizeOptions } from "./parts/figure-options";
import { count as countRule, figureRules, sizeRules } from "./parts/figure-rules";
import { median } from "./parts/median";

/** Effective sample sizes of one proposal. */
export interface EffectiveSampleSizeSeries {
  /** The proposal, for example the encoder. */
  name: string;
  /** One size per example, (Σ w)² / Σ w² over its importance weights w: from 1 to the number of samples. */
  sizes: Numbers;
}

/** Options of `effectiveSampleSizeHistogram()`. */
export interface EffectiveSampleSizeHistogramOptions extends FigureOptions, SizeOptions {
  /** The number of importance samples per example. */
  samples: number;
  /** Number of bins; defaults to 40. */
  bins?: number | undefined;
}

const schema = optionsSchema<EffectiveSampleSizeHistogramOptions>({
  ...figureRules,
  ...sizeRules,
  samples: countRule,
  bins: countRule.optional(),
});

/**
 * A histogram of the effective number of importance samples over examples, with the medians. If most of the mass is
 * near one, the estimate of log p(x) depends on a single sample.
 *
 * @param series one or more proposals
 * @param options width defaults to 460 and height to 260 pixels
 * @throws ArgumentError for sizes below 1 or above the number of samples
 */
export function effectiveSampleSizeHistogram(
  series: readonly EffectiveSampleSizeSeries[],
  options: EffectiveSampleSizeHistogramOptions,
): Figure {
  checkOptions(where, schema, options);
  const { samples, bins, title, subtitle, alt, width, height } = options;
  checkNotEmpty(where, "series", series);
  // Float32 weights cause rounding errors at both ends.
  const slack = 1e-3;
  const lists = series.map(({ name, sizes }, i) => {
    const values = checkNumbers(where, `series[${i}].sizes`, sizes);
    const bad = values.findIndex((size) => !(1 - slack <= size && size <= samples * (1 + slack)));
    if (bad >= 0) throw new ArgumentError(where, `series[${i}].sizes[${bad}]`, values[bad], `from 1 to ${samples}`);
    return { name, values };
  });
  const references = lists.map(({ name, values }) => ({
    axis: "x" as const,
    value: median(values),
    label: lists.length > 1 ? `median, ${name}` : "median",
  }));
  const told = lists.map(({ name, values }) => `${name} ${sayRange(values)}, median ${say(median(values))}`);
  const sentence = `histogram of effective sample sizes out of ${samples}: ${sayList(told)}.`;
  return histogram(lists, {
    title,
    subtitle,
    width,
    height,
    bins,
    xTitle: `effective sample size (of ${samples} samples)`,
    domain: [Math.min(1, samples - 1), samples],
    references,
    alt: alt ?? sayFigure(title, sentence),
  });
}

const where = "effectiveSampleSizeHistogram()";
