import { ArgumentError } from "../runtime/argument-error";
import { checkOptions, optionsSchema } from "../runtime/check-options";
import type { Figure } from "./figure/figure";
import { lineChart } from "./line-chart";
import { checkNotEmpty } from "./parts/check";
import { sayFigure, sayList, sayTrend } from "./parts/describe";
import type { FigureOptions, SizeOptions } from "./parts/figure-options";
import { checkedElsewhere, figureRules, sizeRules, title as titleRule } from "./parts/figure-rules";
import { sideBySide } from "./side-by-side";

/** One epoch: its number, its training terms, and the validation terms with the prefix `validation_`. */
export type LossRow = Readonly<Record<string, unknown>> & { readonly epoch: number };

/** Options of `lossCurve()`. */
export interface LossCurveOptions extends FigureOptions, SizeOptions {
  /** The columns to draw, one panel each; defaults to loss, distortion and rate, as far as the rows have them. */
  terms?: readonly string[] | undefined;
  /** The phase to draw, for models with several phases; defaults to the phase of the first row. */
  phase?: string | undefined;
  /** Unit of the terms; defaults to "nats per example". */
  unit?: string | undefined;
}

const schema = optionsSchema<LossCurveOptions>({
  ...figureRules,
  ...sizeRules,
  terms: checkedElsewhere.optional(),
  phase: titleRule.optional(),
  unit: titleRule.optional(),
});

/**
 * The terms of an objective over the epochs, one panel per term, with training and validation:
 * `lossCurve(history.rows)`. Each panel has its own scale, so a change of one nat is visible in each.
 *
 * @param rows one per epoch
 * @param options width (of one panel) defaults to 160 and height to 190 pixels; title to "Training"
 * @throws ArgumentError if there are no rows, for an unknown term, or for a term that is not finite
 */
export function lossCurve(rows: readonly LossRow[], options: LossCurveOptions = {}): Figure {
  checkOptions(where, schema, options);
  const { title = "Training", subtitle, width = 160, height = 190, unit = "nats per example" } = options;
  checkNotEmpty(where, "rows", rows);
  const bad = rows.findIndex(({ epoch }) => !Number.isFinite(epoch));
  if (bad >= 0) throw new ArgumentError(where, `rows[${bad}].epoch`, rows[bad]?.epoch, "a finite number");
  const { phase = rows[0]?.phase } = options;
  const ofPhase = rows.filter((row) => row.phase === phase);
  if (ofPhase.length === 0) throw new ArgumentError(where, "phase", phase, `one of ${sayList(phases(rows))}`);
  const columns = [...new Set(ofPhase.flatMap(Object.keys))];
  const terms = options.terms ?? usualTerms.filter((term) => columns.includes(term));
  if (terms.length === 0) throw new ArgumentError(where, "terms", terms, `one or more of ${sayList(columns)}`);

  const panels = terms.map((term) => {
    if (!columns.includes(term)) throw new ArgumentError(where, "terms", term, `one of ${sayList(columns)}`);
    return [
      { name: "training", ...column(ofPhase, term) },
      { name: "validation", ...column(ofPhase, `validation_${term}`) },
    ].filter(({ x }) => x.length > 0);
  });
  const charts = panels.map((curves, i) =>
    lineChart(curves, {
      title: headings[terms[i]!] ?? terms[i],
      xTitle: "epoch",
      yTitle: unit,
      width,
      height,
      // One legend serves all panels.
      legend: i === panels.length - 1,
    }),
  );
  const told = panels.flatMap((curves, i) => curves.map(({ name, y }) => `${name} ${terms[i]} ${sayTrend(y)}`));
  const sentence = `curves over ${ofPhase.length} epochs, in ${unit}: ${sayList(told)}.`;
  return sideBySide(charts, { title, subtitle, columns: 3, alt: options.alt ?? sayFigure(title, sentence) });
}

const where = "lossCurve()";
const usualTerms = ["loss", "distortion", "rate"];

/** The panel titles of the usual terms, in the symbols of the papers. */
const headings: Readonly<Record<string, string>> = {
  loss: "loss",
  distortion: "distortion, −E[log p(x|z)]",
  rate: "rate, KL(q(z|x) ‖ p(z))",
};

function phases(rows: readonly LossRow[]): string[] {
  return [...new Set(rows.map((row) => String(row.phase)))];
}

/** One column over the epochs. Epochs without it are omitted (an interrupted epoch has no validation). */
function column(rows: readonly LossRow[], name: string): { x: number[]; y: number[] } {
  const present = rows.filter((row) => row[name] !== undefined && row[name] !== null);
  const y = present.map((row) => {
    const value = row[name];
    if (typeof value === "number" && Number.isFinite(value)) return value;
    throw new ArgumentError(where, `${name} of epoch ${row.epoch}`, value, "a finite number");
  });
  return { x: present.map((row) => row.epoch), y };
}
