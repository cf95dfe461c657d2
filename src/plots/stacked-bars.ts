import { ArgumentError } from "../runtime/argument-error";
import { checkOptions, optionsSchema } from "../runtime/check-options";
import { finiteNumber } from "../runtime/rules";
import type { Figure, Spec } from "./figure/figure";
import { vegaLiteFigure } from "./figure/vega-lite-figure";
import { checkNotEmpty, checkNumbers } from "./parts/check";
import { compactNumber } from "./parts/compact-number";
import { say, sayFigure, sayList } from "./parts/describe";
import { extent } from "./parts/extent";
import type { FigureOptions, SizeOptions } from "./parts/figure-options";
import { checkedElsewhere, figureRules, sizeRules, title as titleRule } from "./parts/figure-rules";
import { type ReferenceLine, referenceLayers } from "./parts/reference-lines";
import { ticks } from "./parts/ticks";

/** One column of stacked parts. */
export interface StackedBar {
  /** The name under it. */
  label: string | number;
  /** Its parts from bottom to top, such as `{ ELBO: -101.2, "KL(q ‖ posterior)": 4.1 }`. */
  parts: Readonly<Record<string, number>>;
}

/** Options of `stackedBars()`. */
export interface StackedBarsOptions extends FigureOptions, SizeOptions {
  /** Title of the axis of names. */
  xTitle: string;
  /** Title of the axis of values, with its unit. */
  yTitle: string;
  /** The value where the columns begin; defaults to 0, or to a round value below all sums if the first part is negative. */
  base?: number | undefined;
  /** Lines across the chart, such as the sum that all columns reach; defaults to none. */
  references?: readonly ReferenceLine[] | undefined;
}

const schema = optionsSchema<StackedBarsOptions>({
  ...figureRules,
  ...sizeRules,
  xTitle: titleRule,
  yTitle: titleRule,
  base: finiteNumber.optional(),
  references: checkedElsewhere.optional(),
});

/**
 * Stacked columns of parts that add up, such as log p(x) = ELBO + KL at several steps of an optimization. The first
 * part may be negative: its top is at its value. The other parts must not be negative and are stacked on top of it.
 *
 * @param bars one or more columns with the same parts
 * @param options width defaults to 420 and height to 280 pixels
 * @throws ArgumentError for missing parts, values that are not finite, and later parts below zero
 */
export function stackedBars(bars: readonly StackedBar[], options: StackedBarsOptions): Figure {
  checkOptions(where, schema, options);
  const { title, subtitle, width = 420, height = 280, xTitle, yTitle, references = [] } = options;
  checkNotEmpty(where, "bars", bars);
  const names = Object.keys(bars[0]!.parts);
  checkNotEmpty(where, "bars[0].parts", names);
  const columns = bars.map((bar, i) => ({ label: String(bar.label), parts: checkParts(bar, i, names) }));
  const tops = columns.flatMap(({ parts }) => runningSums(parts));
  const domain = roundDomain(tops, options.base, Math.ceil(height / 40));
  const base = options.base ?? domain[0];
  const values = columns.flatMap(({ label, parts }) => {
    const sums = runningSums(parts);
    return names.map((name, k) => ({
      label,
      part: name,
      value: compactNumber(parts[k]!),
      from: k === 0 ? base : compactNumber(sums[k - 1]!),
      to: compactNumber(sums[k]!),
    }));
  });
  const body: Spec = {
    width,
    height,
    layer: [
      {
        data: { values },
        mark: { type: "bar" },
        encoding: {
          x: { field: "label", type: "ordinal", title: xTitle, sort: null, axis: { labelAngle: 0 } },
          y: { field: "from", type: "quantitative", title: yTitle, scale: { domain, nice: false, zero: false } },
          y2: { field: "to" },
          color: { field: "part", type: "nominal", sort: names, title: null },
          tooltip: ["label", "part", "value"].map((field) => ({ field })),
        },
      },
      ...referenceLayers(where, references),
    ],
  };
  const told = columns.map(
    ({ label, parts }) => `${label}: ${sayList(names.map((name, k) => `${name} ${say(parts[k]!)}`))}`,
  );
  const sentence = `stacked columns of ${yTitle} by ${xTitle}. ${told.join("; ")}.`;
  return vegaLiteFigure(body, { title, subtitle, alt: options.alt ?? sayFigure(title, sentence) });
}

const where = "stackedBars()";

function checkParts({ parts }: StackedBar, i: number, names: readonly string[]): number[] {
  const label = `bars[${i}].parts`;
  if (Object.keys(parts).length !== names.length) {
    throw new ArgumentError(where, label, parts, `the parts ${sayList(names)}, as in the first column`);
  }
  const values = checkNumbers(
    where,
    label,
    names.map((name) => parts[name]!),
  );
  const below = values.findIndex((value, k) => k > 0 && value < 0);
  if (below > 0) throw new ArgumentError(where, `${label}["${names[below]}"]`, values[below], "zero or more");
  return values;
}

function runningSums(parts: readonly number[]): number[] {
  let sum = 0;
  return parts.map((part) => {
    sum += part;
    return sum;
  });
}

/**
 * An axis from the base of the columns to a labeled tick above them. If the first part is negative, the base is well
 * below it.
 */
function roundDomain(tops: readonly number[], given: number | undefined, count: number): [number, number] {
  const [low, high] = extent(tops);
  const wanted = given ?? (low < 0 ? low - 0.35 * (high - low || Math.abs(low)) : 0);
  const [first = wanted, second = high] = ticks(wanted, high, count);
  const step = second - first;
  return [given ?? Math.floor(wanted / step) * step, Math.ceil(high / step - 1e-9) * step];
}
