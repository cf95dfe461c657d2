import { ArgumentError } from "../../runtime/argument-error";
import type { Spec } from "../figure/figure";
import { ink } from "../figure/theme";

/** A line across a chart at a fixed value. */
export interface ReferenceLine {
  /** The axis with the fixed value: "x" draws a vertical line, "y" a horizontal line. */
  axis: "x" | "y";
  /** The value. */
  value: number;
  /** The text next to the line; defaults to none. */
  label?: string | undefined;
}

/**
 * Vega-Lite layers that draw reference lines over a chart with quantitative axes. Do not nest them under an encoding of
 * the chart, because they would inherit it.
 */
export function referenceLayers(where: string, lines: readonly ReferenceLine[]): Spec[] {
  checkFinite(where, lines);
  return lines.flatMap(({ axis, value, label }) => {
    const encoding = { [axis]: { field: "at", type: "quantitative" } };
    // A separate datum; otherwise the rule would be drawn once for every point of the chart.
    const data = { values: [{ at: value }] };
    const rule = { data, mark: { type: "rule", color: ink.muted, strokeDash: [5, 4], strokeWidth: 1.5 }, encoding };
    if (label === undefined) return [rule];
    // The label is at the top of a vertical line, and at the right end of a horizontal line.
    const text =
      axis === "x"
        ? { align: "left", baseline: "top", dx: 5, dy: 2, y: 0 }
        : { align: "right", baseline: "bottom", dy: -3, x: "width" };
    return [rule, { data, mark: { type: "text", text: label, color: ink.muted, ...text }, encoding }];
  });
}

function checkFinite(where: string, lines: readonly ReferenceLine[]): void {
  for (const [i, { value }] of lines.entries()) {
    if (!Number.isFinite(value)) throw new ArgumentError(where, `references[${i}].value`, value, "a finite number");
  }
}
