import type { Spec } from "../figure/figure";
import { ink } from "../figure/theme";

/**
 * Vega-Lite layers that draw a bar with caps from field `low` to field `high` for each datum that has both; the
 * encoding of x (and of color, if the bars should have one) comes from the chart around them.
 * @param color color of the bars; defaults to that of text
 */
export function errorBarLayers(encoding: Spec = { color: { value: ink.text } }): Spec[] {
  const transform = [{ filter: "isValid(datum.low)" }];
  const cap = (field: string) => ({
    transform,
    mark: { type: "tick", orient: "horizontal", size: 8, thickness: 1.5 },
    encoding: { y: { field, type: "quantitative" }, ...encoding },
  });
  const bar = {
    transform,
    mark: { type: "rule", strokeWidth: 1.5 },
    encoding: { y: { field: "low", type: "quantitative" }, y2: { field: "high" }, ...encoding },
  };
  return [bar, cap("low"), cap("high")];
}
