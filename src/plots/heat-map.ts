import { ArgumentError } from "../runtime/argument-error";
import { checkOptions, optionsSchema } from "../runtime/check-options";
import { oneOf } from "../runtime/rules";
import type { Figure, Spec } from "./figure/figure";
import { diverging, ink, sequential } from "./figure/theme";
import { vegaLiteFigure } from "./figure/vega-lite-figure";
import { checkLength, checkNotEmpty, type Numbers } from "./parts/check";
import { compactNumber } from "./parts/compact-number";
import { csvData } from "./parts/csv-data";
import { say, sayFigure, sayRange } from "./parts/describe";
import { extent } from "./parts/extent";
import type { FigureOptions, SizeOptions } from "./parts/figure-options";
import {
  checkedElsewhere,
  domain as domainRule,
  figureRules,
  flag,
  sizeRules,
  title as titleRule,
} from "./parts/figure-rules";

/** Options of `heatMap()`. */
export interface HeatMapOptions extends FigureOptions, SizeOptions {
  /** Title of the horizontal axis (the columns). */
  xTitle: string;
  /** Title of the vertical axis (the rows). */
  yTitle: string;
  /** Title of the color bar, with its unit. */
  valueTitle: string;
  /** Names of the columns; defaults to 1, 2, 3, … */
  xLabels?: ArrayLike<string | number> | undefined;
  /** Names of the rows; defaults to 1, 2, 3, … */
  yLabels?: ArrayLike<string | number> | undefined;
  /** "sequential" for magnitudes, "diverging" for signed values around zero; defaults to "sequential". */
  colors?: "sequential" | "diverging" | undefined;
  /** The values at both ends of the color bar; defaults to the range of the data (symmetric around 0 if diverging). */
  domain?: readonly [number, number] | undefined;
  /** Whether each cell shows its value as text; defaults to false. */
  showValues?: boolean | undefined;
}

const schema = optionsSchema<HeatMapOptions>({
  ...figureRules,
  ...sizeRules,
  xTitle: titleRule,
  yTitle: titleRule,
  valueTitle: titleRule,
  xLabels: checkedElsewhere.optional(),
  yLabels: checkedElsewhere.optional(),
  colors: oneOf("sequential", "diverging").optional(),
  domain: domainRule.optional(),
  showValues: flag.optional(),
});

/**
 * A heat map: values over two axes as colors, such as the KL divergence of each latent dimension over epochs.
 *
 * @param rows [rows][columns], the first row at the top; NaN or null marks a missing value, drawn as a gray cell
 * @param options width and height default to about 560 by 420 pixels or less, with cells of a whole number of pixels,
 *   at most 40
 * @throws ArgumentError for rows of different length, infinite values, only missing values, or more than 10,000 cells
 */
export function heatMap(rows: readonly (Numbers | readonly (number | null)[])[], options: HeatMapOptions): Figure {
  checkOptions(where, schema, options);
  checkNotEmpty(where, "rows", rows);
  const columns = rows[0]!.length;
  checkNotEmpty(where, "rows[0]", rows[0]!);
  const xLabels = names(options.xLabels, columns, "xLabels", "column");
  const yLabels = names(options.yLabels, rows.length, "yLabels", "row");
  const { title, width = fit(columns, 560), height = fit(rows.length, 420), valueTitle, showValues = false } = options;
  const cells = rows.flatMap((row, r) => {
    checkLength(where, `rows[${r}]`, row, columns, "column");
    return Array.from(row as ArrayLike<number | null>, (value, c) => ({ r, c, value: presentValue(value, r, c) }));
  });
  if (cells.length > 10_000) throw new ArgumentError(where, "the number of cells", cells.length, "at most 10,000");
  const present = cells.flatMap(({ r, c, value }) => (value === undefined ? [] : [{ r, c, value }]));
  if (present.length === 0) throw new ArgumentError(where, "rows", rows, "lists with at least one value");
  const values = present.map(({ value }) => value);
  const missing = cells.length - present.length;
  const color = colorScale(values, options);
  const encoding = {
    x: {
      field: "x",
      type: "ordinal",
      title: options.xTitle,
      sort: xLabels,
      scale: { domain: xLabels },
      axis: axis(xLabels),
    },
    y: {
      field: "y",
      type: "ordinal",
      title: options.yTitle,
      sort: yLabels,
      scale: { domain: yLabels },
      axis: axis([]),
    },
  };
  const body: Spec = {
    width,
    height,
    // The background is visible where a value is missing.
    view: { fill: ink.missing },
    data: csvData({
      x: present.map(({ c }) => xLabels[c]!),
      y: present.map(({ r }) => yLabels[r]!),
      value: values.map((value) => compactNumber(value, 4)),
    }),
    encoding,
    layer: [
      {
        mark: { type: "rect", tooltip: true },
        encoding: { color: { field: "value", type: "quantitative", title: valueTitle, scale: color } },
      },
      ...(showValues ? [valueLayer(color.domain, options.colors)] : []),
    ],
  };
  const subtitle = options.subtitle ?? (missing > 0 ? "gray: no value" : undefined);
  const hole = missing > 0 ? `; ${missing} cells have no value` : "";
  const top = present.reduce((best, cell) => (cell.value > best.value ? cell : best));
  const sentence = `heat map of ${valueTitle}, ${rows.length} rows (${options.yTitle}) by ${columns} columns (${options.xTitle}), ${sayRange(values)}, the highest (${say(top.value)}) at ${options.yTitle} ${yLabels[top.r]}, ${options.xTitle} ${xLabels[top.c]}${hole}.`;
  return vegaLiteFigure(body, { title, subtitle, alt: options.alt ?? sayFigure(title, sentence) });
}

const where = "heatMap()";

function names(given: ArrayLike<string | number> | undefined, count: number, argument: string, as: string): string[] {
  if (!given) return Array.from({ length: count }, (_, i) => String(i + 1));
  checkLength(where, argument, given, count, as);
  const labels = Array.from(given, String);
  if (new Set(labels).size < count) throw new ArgumentError(where, argument, labels, "a list of different names");
  return labels;
}

/** Cells have whole pixels; otherwise the background would be visible between them. */
function fit(count: number, most: number): number {
  return count * Math.max(1, Math.min(40, Math.floor(most / count)));
}

function presentValue(value: number | null | undefined, r: number, c: number): number | undefined {
  if (value === null || Number.isNaN(value)) return undefined;
  if (Number.isFinite(value)) return value;
  throw new ArgumentError(where, `rows[${r}][${c}]`, value, "a finite number, or NaN or null for a missing one");
}

/** Short labels are horizontal. Vega drops labels without room. */
function axis(labels: readonly string[]): Spec {
  const long = labels.some((label) => label.length > 4);
  return { labelAngle: long ? -40 : 0, labelOverlap: labels.length > 20, ticks: false, domain: false };
}

function colorScale(values: readonly number[], { colors = "sequential", domain }: HeatMapOptions) {
  const [low, high] = extent(values);
  const most = Math.max(Math.abs(low), Math.abs(high));
  const spanned = colors === "diverging" ? [-most, most] : [low, high];
  return {
    scheme: colors === "diverging" ? diverging : sequential,
    domain: domain ?? (spanned as [number, number]),
    clamp: true,
    nice: false,
  };
}

/** The value in each cell, in a color that contrasts with the cell. */
function valueLayer([low, high]: readonly [number, number], colors: HeatMapOptions["colors"]): Spec {
  const middle = low + 0.55 * (high - low);
  // viridis is dark at its lower end; the diverging scheme is dark at both.
  const onDark = colors === "diverging" ? `abs(datum.value) > ${0.6 * high}` : `datum.value < ${middle}`;
  return {
    mark: { type: "text", fontSize: 11 },
    encoding: {
      text: { field: "value", type: "quantitative" },
      color: { condition: { test: onDark, value: "white" }, value: ink.text },
    },
  };
}
