import { ArgumentError } from "../runtime/argument-error";
import { checkNotEmpty, checkSize } from "./check";
import { compactNumber } from "./compact-number";
import { sayFigure, sayList, sayTrend } from "./describe";
import type { Figure, Spec } from "./figure";
import type { FigureOptions, SizeOptions } from "./figure-options";
import { curveLegend } from "./line-chart";
import { vegaLiteFigure } from "./vega-lite-figure";

/** One epoch: its number, its training terms, and the validation terms under the same names with `validation_` before. */
export type LossRow = Readonly<Record<string, unknown>> & { readonly epoch: number };

/** Options of `lossCurve()`. */
export interface LossCurveOptions extends FigureOptions, SizeOptions {
  /** The columns to draw, one panel each; defaults to those of loss, distortion and rate that the rows have. */
  terms?: readonly string[] | undefined;
  /** The phase whose rows are drawn, for models that train in several; defaults to that of the first row. */
  phase?: string | undefined;
  /** Unit of the terms; defaults to "nats per example". */
  unit?: string | undefined;
}

/**
 * The terms of an objective over the epochs of training, one panel per term, training beside validation:
 * `lossCurve(history.rows)`. The panels have scales of their own, so that a change of one nat shows in each.
 *
 * @param rows one per epoch
 * @param options width (of one panel) defaults to 230 and height to 220 pixels; title to "Training"
 * @throws ArgumentError for no rows, an unknown term, or a term that is not finite
 */
export function lossCurve(rows: readonly LossRow[], options: LossCurveOptions = {}): Figure {
  const { title = "Training", subtitle, width = 230, height = 220, unit = "nats per example" } = options;
  checkSize(where, { width, height });
  checkNotEmpty(where, "rows", rows);
  const { phase = rows[0]?.phase } = options;
  const ofPhase = rows.filter((row) => row.phase === phase);
  if (ofPhase.length === 0) throw new ArgumentError(where, "phase", phase, `one of ${sayList(phases(rows))}`);
  const columns = [...new Set(ofPhase.flatMap(Object.keys))];
  const terms = options.terms ?? usualTerms.filter((term) => columns.includes(term));
  if (terms.length === 0) throw new ArgumentError(where, "terms", terms, `one or more of ${sayList(columns)}`);

  const curves = terms.flatMap((term) => {
    if (!columns.includes(term)) throw new ArgumentError(where, "terms", term, `one of ${sayList(columns)}`);
    return [
      { term, split: "training", points: column(ofPhase, term) },
      { term, split: "validation", points: column(ofPhase, `validation_${term}`) },
    ].filter(({ points }) => points.length > 0);
  });
  const splits = [...new Set(curves.map(({ split }) => split))];
  const split = { field: "split", type: "nominal", sort: splits, title: null };
  const body: Spec = {
    data: {
      values: curves.flatMap(({ term, split, points }) =>
        points.map((point) => ({ term: headings[term] ?? term, split, ...point })),
      ),
    },
    columns: 3,
    facet: { field: "term", type: "nominal", title: null, sort: terms.map((term) => headings[term] ?? term) },
    spec: {
      width,
      height,
      mark: { type: "line", tooltip: true, point: ofPhase.length <= 30 ? { size: 24, filled: true } : false },
      encoding: {
        x: {
          field: "epoch",
          type: "quantitative",
          title: "epoch",
          scale: { zero: false, nice: false },
          axis: wholeEpochs,
        },
        y: { field: "value", type: "quantitative", title: unit, scale: { zero: false } },
        color: { ...split, legend: splits.length > 1 ? curveLegend : null },
      },
    },
    resolve: { scale: { y: "independent" } },
  };
  const told = curves.map(
    (curve) => `${curve.split} ${curve.term} ${sayTrend(curve.points.map(({ value }) => value))}`,
  );
  const sentence = `curves over ${ofPhase.length} epochs, in ${unit}: ${sayList(told)}.`;
  return vegaLiteFigure(body, { title, subtitle, alt: options.alt ?? sayFigure(title, sentence) });
}

const where = "lossCurve()";
const usualTerms = ["loss", "distortion", "rate"];

/** What the usual terms are, in the symbols of the papers. */
const headings: Readonly<Record<string, string>> = {
  loss: "loss",
  distortion: "distortion, −E[log p(x|z)]",
  rate: "rate, KL(q(z|x) ‖ p(z))",
};

const wholeEpochs: Spec = { tickMinStep: 1, format: "d" };

function phases(rows: readonly LossRow[]): string[] {
  return [...new Set(rows.map((row) => String(row.phase)))];
}

/** The points of one column; an epoch that lacks it (an interrupted one has no validation) is left out. */
function column(rows: readonly LossRow[], name: string): { epoch: number; value: number }[] {
  return rows.flatMap((row) => {
    const value = row[name];
    if (value === undefined || value === null) return [];
    if (typeof value !== "number" || !Number.isFinite(value)) {
      throw new ArgumentError(where, `${name} of epoch ${row.epoch}`, value, "a finite number");
    }
    return [{ epoch: row.epoch, value: compactNumber(value) }];
  });
}
