import { checkOptions, optionsSchema } from "../runtime/check-options";
import type { Figure, Spec } from "./figure/figure";
import { vegaLiteFigure } from "./figure/vega-lite-figure";
import { checkNotEmpty } from "./parts/check";
import { sayFigure } from "./parts/describe";
import type { FigureOptions } from "./parts/figure-options";
import { checkedElsewhere, count as countRule, figureRules } from "./parts/figure-rules";

/** Options of `sideBySide()`. */
export interface SideBySideOptions extends FigureOptions {
  /** The number of figures in a row; defaults to all figures. */
  columns?: number | undefined;
  /** The space between two figures in pixels; defaults to 24. */
  spacing?: number | undefined;
}

const schema = optionsSchema<SideBySideOptions>({
  ...figureRules,
  columns: countRule.optional(),
  spacing: checkedElsewhere.optional(),
});

/**
 * Combines several figures in rows. For a Plotly figure, it uses the static picture.
 *
 * @param figures one or more
 * @throws ArgumentError for an empty list, or if the number of columns is not a positive integer
 */
export function sideBySide(figures: readonly Figure[], options: SideBySideOptions = {}): Figure {
  checkOptions(where, schema, options);
  checkNotEmpty(where, "figures", figures);
  const { title, subtitle, columns = figures.length, spacing = 24 } = options;
  const sentence = `${figures.length} pictures. ${figures.map(({ alt }, i) => `${i + 1}: ${alt}`).join(" ")}`;
  const concat = figures.map((figure) => {
    // The theme and the card belong to the whole figure.
    const { $schema, description, config, background, padding, title: own, ...body } = figure.still;
    if (own === undefined) return body;
    return { ...body, title: { ...(typeof own === "string" ? { text: own } : (own as Spec)), ...smaller } };
  });
  // Each figure keeps its own colors and legend.
  const resolve = { scale: { color: "independent", strokeDash: "independent", size: "independent" } };
  const body = { concat, columns, spacing, resolve };
  return vegaLiteFigure(body, { title, subtitle, alt: options.alt ?? sayFigure(title, sentence) });
}

const where = "sideBySide()";

/** The style of the parts' titles, which are smaller than the title of the whole. */
const smaller: Spec = { fontSize: 12.5, fontWeight: "normal", frame: "group", offset: 8 };
