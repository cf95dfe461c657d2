import type { Spec } from "../figure/figure";
import { ink } from "../figure/theme";

/**
 * Vega-Lite layers that draw an error bar with caps from field `low` to field `high` for each datum that has both. The
 * surrounding chart provides the encoding of x (and of color, if needed).
 * @param color the color of the bars; defaults to the color of text
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
