import type { Spec } from "../figure/figure";
import { ink } from "../figure/theme";

/**
 * Vega-Lite layers that draw an error bar with caps from field `low` to field `high` for each datum that has both. The
 * surrounding chart provides the encoding of the other axis (and of color, if needed).
 * @param encoding the color of the bars; defaults to the color of text
 * @param axis the axis along which they lie; defaults to "y"
 */
export function errorBarLayers(encoding: Spec = { color: { value: ink.text } }, axis: "x" | "y" = "y"): Spec[] {
  const transform = [{ filter: "isValid(datum.low)" }];
  const cap = (field: string) => ({
    transform,
    mark: { type: "tick", orient: axis === "y" ? "horizontal" : "vertical", size: 8, thickness: 1.5 },
    encoding: { [axis]: { field, type: "quantitative" }, ...encoding },
  });
  const bar = {
    transform,
    mark: { type: "rule", strokeWidth: 1.5 },
    encoding: { [axis]: { field: "low", type: "quantitative" }, [`${axis}2`]: { field: "high" }, ...encoding },
  };
  return [bar, cap("low"), cap("high")];
}
